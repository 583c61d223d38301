import { setTimeout as sleep } from 'node:timers/promises'
import { now } from '#chaos/clock.ts'
import type { Fault } from '#chaos/faults/fault.ts'

/** Longest until something is recorded again; no server is restarted for it. */
const RECOVERY_MS = 20_000

/** F13: the last part of F3. PostgreSQL is set back to a copy of its files while Valkey and the servers are ahead. */
export const setBack: Fault[] = [
  {
    kind: 'F13',
    name: 'PostgreSQL restored to an earlier state',
    run: async ({ world: { postgres, setBacks }, random, requests }) => {
      const from = now()
      await postgres.keepCopy()
      // Long enough that windows, followers and cursors are beyond the copy, and some jobs are not in it at all.
      await sleep(random.int(2000, 8000))
      await postgres.restoreCopy()
      const to = now()
      setBacks.push({ from, to })
      const isRecorded = () => requests.some(({ sentAt, outcome }) => sentAt > to && outcome.kind === 'acknowledged')
      while (!isRecorded()) {
        if (now() - to > RECOVERY_MS) throw new Error(`nothing is recorded ${RECOVERY_MS} ms after the restore`)
        await sleep(50)
      }
      // Until everybody who was given what is gone has come back.
      await sleep(3000)
    },
  },
]
