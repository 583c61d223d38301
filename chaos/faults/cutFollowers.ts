import type { Fault } from '#chaos/faults/fault.ts'
import { within } from '#chaos/faults/passTime.ts'

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
      await within(promise, 4000)
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
]
