import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { now } from '#chaos/clock.ts'
import type { Fault, Scene } from '#chaos/faults/fault.ts'
import { within } from '#chaos/faults/passTime.ts'
import { followRaw } from '#chaos/load/followRaw.ts'
import type { Node } from '#chaos/world/node.ts'

/** Events that a window holds. */
const WINDOW = 1000
/** Longest that a resumed follower may take to be level; nothing else is hurt meanwhile. */
const LEVEL_MS = 15_000

/** Bytes of a frame and its neighbours at which a connection is cut, one after the other over the whole run. */
const FRAME_BYTES = 420

/** F7: a follower's connection cut at every byte of a frame. Where it resumes is the follower's decision. */
export const cutFollowers: Fault[] = [
  {
    kind: 'F7',
    name: 'followers cut inside a frame',
    run: async ({ world: { nodes }, random }) => {
      const { clients } = random.pick(nodes)
      let left = random.int(3, 12)
      const { promise, resolve } = Promise.withResolvers<void>()
      const stop = clients.intercept('toClient', '\nevent: ', ({ chunk, offset, cut }) => {
        if (left === 0 || random.chance(0.3)) return chunk
        left--
        if (left === 0) resolve()
        cut()
        // Counted from before the id, so that every field and both line ends of the frame get their turn.
        return chunk.subarray(0, Math.max(0, offset - 10) + random.int(0, FRAME_BYTES))
      })
      await within(promise, 2000)
      stop()
    },
  },
  {
    kind: 'F7',
    name: 'all connections of clients reset',
    run: async ({ world: { nodes }, random }) => {
      for (const { clients } of nodes) if (random.chance(0.7)) clients.cut()
    },
  },
  {
    kind: 'F7',
    name: 'followers resumed before, in and at the end of the window, and beyond the head',
    run: resumeEverywhere,
  },
]

/** The longest job there is, from every edge of its window and of its journal, at every server at once. */
async function resumeEverywhere({ world: { nodes }, activeJobs, transcripts, random }: Scene): Promise<void> {
  const [job] = activeJobs().toSorted((a, b) => b.head - a.head)
  if (job === undefined) return
  const { jobId, tenant, head } = job
  const edge = head - WINDOW
  const cursors = new Set([0, 1, edge - 1, edge, edge + 1, head - 1, head].filter((after) => after >= 0))
  const until = now() + LEVEL_MS
  /** One connection until it breaks off, or until what was wanted came. */
  const follow = async ({ url }: Node, after: number, wanted: number) => {
    const follower = { name: `resumed ${randomUUID().slice(0, 8)}`, orgId: tenant.orgId, jobId, steady: false }
    const connection = transcripts.open(follower, after)
    const leaving = new AbortController()
    const options = { url, key: tenant.key, connection, asLastEventId: random.chance(0.7), stalls: null }
    const ended = followRaw({ ...options, signal: leaving.signal })
    while (connection.last() < wanted && now() < until && (await Promise.race([ended, sleep(20)])) === undefined) {}
    leaving.abort()
    const status = await ended
    connection.close()
    return { last: connection.last(), status }
  }
  const resumed = nodes.flatMap((node) =>
    [...cursors].map(async (after) => {
      for (let last = after; ; ) {
        const answer = await follow(node, last, head)
        last = answer.last
        // 204: the job is over by now, and the cursor at its head.
        if (last >= head || answer.status === 204) return
        if (now() > until)
          throw new Error(`server ${node.index} gave a follower after ${after} only ${last} of ${head}`)
        await sleep(100)
      }
    }),
  )
  const refused = nodes.map(async (node) => {
    const { status } = await follow(node, head + 1_000_000, Number.POSITIVE_INFINITY)
    transcripts.probe({ follower: `resumed at server ${node.index}`, what: 'beyond head', status })
  })
  await Promise.all([...resumed, ...refused])
}
