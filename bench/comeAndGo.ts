import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { ChurnNews, ChurnTask } from '#bench/churn.ts'

/** The process behind bench/churn.ts: connects and leaves in all the ways there are, in turn. */

/** At the same time. */
const AT_ONCE = 50

/** Milliseconds; longer than the server lets any reader wait. */
const PATIENCE_MS = 30_000

const [{ url, key, cycles, quietJob, livelyJob }] = (await once(process, 'message')) as [ChurnTask]
const { hostname, port } = new URL(url)
let head = 1
process.on('message', (news: ChurnNews) => {
  head = news.head
})

const quiet = `/runner-jobs/${quietJob}/events/stream`
const subscription = `/api/trpc/events.follow?input=${encodeURIComponent(JSON.stringify({ jobId: quietJob }))}`
const text = (path: string) =>
  `GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${key}\r\naccept: text/event-stream\r\n\r\n`

/** What is said, and when to leave: at once, or after so many bytes, or once this has been read. */
type Way = { says(): string; leavesAfter: number | string }

const ways: readonly Way[] = [
  { says: () => '', leavesAfter: 0 },
  { says: () => text(quiet).slice(0, 40), leavesAfter: 0 },
  { says: () => text(quiet), leavesAfter: 0 },
  { says: () => text(quiet), leavesAfter: 1 },
  // In the middle of a frame of history.
  { says: () => text(quiet), leavesAfter: 50_000 },
  { says: () => text(`${quiet}?after=200`), leavesAfter: 'event: caught-up' },
  { says: () => text(`${quiet}?types=job.*`), leavesAfter: 'event: caught-up' },
  // Once there is news.
  { says: () => text(`/runner-jobs/${livelyJob}/events/stream?after=${head}`), leavesAfter: 'event: step.output' },
  { says: () => text(subscription), leavesAfter: 0 },
  { says: () => text(subscription), leavesAfter: 1 },
  { says: () => text(subscription), leavesAfter: '"seq":251' },
]

async function comeAndGo({ says, leavesAfter }: Way, reset: boolean): Promise<void> {
  const socket = connect(Number(port), hostname)
  const closed = once(socket, 'close')
  socket.setTimeout(PATIENCE_MS, () => giveUp(says(), leavesAfter))
  socket.on('error', () => {})
  socket.once('connect', () => {
    const said = says()
    if (said !== '') socket.write(said)
    if (leavesAfter === 0) leave(socket, reset)
  })
  let bytes = 0
  let tail = ''
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (typeof leavesAfter === 'number') {
      if (bytes >= leavesAfter) leave(socket, reset)
      return
    }
    tail = tail.slice(-leavesAfter.length) + chunk.toString('latin1')
    if (tail.includes(leavesAfter)) leave(socket, reset)
  })
  await closed
}

function giveUp(said: string, leavesAfter: number | string): void {
  process.stderr.write(`nothing came for ${PATIENCE_MS} ms while waiting for ${leavesAfter} after ${said}\n`)
  process.exit(1)
}

function leave(socket: Socket, reset: boolean): void {
  if (reset) socket.resetAndDestroy()
  else socket.destroy()
}

let next = 0
async function run(): Promise<void> {
  for (let at = next++; at < cycles; at = next++) {
    const way = ways[at % ways.length]
    if (way) await comeAndGo(way, at % 2 === 0)
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, run))
process.exit(0)
