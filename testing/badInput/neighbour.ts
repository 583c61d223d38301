import { setTimeout as sleep } from 'node:timers/promises'
import type { Draft } from '#domain/events/envelope.ts'
import { type Caller, emit, eventsOf, makeJob } from '#testing/httpDoor.ts'

/** Between two of its events, in milliseconds: it shall meet the others, not fight them for the machine. */
const REST_MS = 5

/** Somebody who goes on recording good events while others send bad ones. */
export type Neighbour = AsyncDisposable & {
  jobId: string
  /** Stops. Resolves to what went wrong with its job, best to nothing: each event is there, once, in order. */
  stop(): Promise<string[]>
}

export async function startNeighbour(door: Caller): Promise<Neighbour> {
  const jobId = await makeJob(door)
  const faults: string[] = []
  let stopped = false
  let sent = 0

  async function run(): Promise<void> {
    while (!stopped) {
      const text = `line ${sent}\n`
      const draft: Draft = { type: 'step.output', payload: { stepId: 's', stream: 'stdout', text } }
      const answer = await emit(door, jobId, [draft])
      if (answer.status !== 200) faults.push(`event ${sent}: ${answer.status} ${answer.text}`)
      sent++
      await sleep(REST_MS)
    }
  }
  const running = run().catch((error: unknown) => void faults.push(String(error)))

  return {
    jobId,
    async stop() {
      stopped = true
      await running
      const stored = await eventsOf(door, jobId)
      const found = stored.flatMap((event) => (event.type === 'step.output' ? [event.payload.text] : []))
      if (sent === 0) faults.push('nothing was sent')
      if (found.join('') !== Array.from({ length: sent }, (_, index) => `line ${index}\n`).join('')) {
        faults.push(`${sent} events were sent, ${found.length} are there`)
      }
      return faults
    },
    async [Symbol.asyncDispose]() {
      stopped = true
      await running
    },
  }
}
