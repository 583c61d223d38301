import { expect, test } from 'vitest'
import type { Draft, Event } from '#domain/events/envelope.ts'
import { createTestDatabase } from '#testing/database.ts'
import { type Caller, emit, eventsOf, makeJob, readFrames } from '#testing/httpDoor.ts'
import { collectEvents, openTrpc } from '#testing/trpcDoor.ts'
import { startValkey } from '#testing/valkey.ts'
import { startWaybill } from '#testing/waybill.ts'

const REQUESTS = 120
const AT_ONCE = 8

/** A step of its own in every request: each changes what the next one is judged by, wherever that is. */
function wholeStep(stepId: string): Draft[] {
  return [
    { type: 'step.started', payload: { stepId, name: stepId } },
    { type: 'step.output', payload: { stepId, stream: 'stdout', text: `${stepId}\n` } },
    { type: 'step.completed', payload: { stepId, outcome: 'success' } },
  ]
}

/**
 * Sends requests through all servers at once, several at a time through each, until each has answered enough: one that
 * is starved lets the others run into the limit of steps, which is a refusal. For each server the seqs it gave.
 */
async function load(callers: readonly Caller[], jobId: string): Promise<number[][]> {
  const acks: number[][] = callers.map(() => [])
  const emitters = callers.flatMap((caller, server) =>
    Array.from({ length: AT_ONCE }, async (_, emitter) => {
      for (let round = 0; acks.some((own) => own.length < REQUESTS); round++) {
        const { status, text, body } = await emit(caller, jobId, wholeStep(`s${server} ${emitter} ${round}`))
        expect(status, text).toBe(200)
        acks[server]?.push((body as { firstSeq: number }).firstSeq)
      }
    }),
  )
  await Promise.all(emitters)
  return acks
}

async function follow(caller: Caller, jobId: string): Promise<Event[]> {
  const frames = await readFrames(caller, `/runner-jobs/${jobId}/events/stream`)
  return frames.filter(({ event }) => event?.includes('.')).map(({ data }): Event => JSON.parse(data ?? ''))
}

test('two servers on one PostgreSQL and one Valkey record and follow one job, neither of them starved', async () => {
  await using database = await createTestDatabase()
  await using valkey = await startValkey()
  const shared = { databaseUrl: database.url, valkeyUrl: valkey.url }
  await using one = await startWaybill(shared)
  await using two = await startWaybill(shared)
  const callers = [one, two].map(({ url }) => ({ url, key: one.key ?? '' }))
  const [first = { url: '', key: '' }] = callers
  const jobId = await makeJob(first, { start: true })
  const followers = callers.flatMap((caller) => [
    follow(caller, jobId),
    follow(caller, jobId),
    collectEvents(openTrpc(caller), jobId),
  ])
  const acks = await load(callers, jobId)
  await emit(first, jobId, [{ type: 'job.completed', payload: {} }])

  const stored = await eventsOf(first, jobId)
  const head = 3 + acks.flat().length * 3
  expect(stored.map(({ seq }) => seq)).toEqual(Array.from({ length: head }, (_, index) => index + 1))
  for (const got of await Promise.all(followers)) expect(got).toEqual(stored)
  for (const [server, own] of acks.entries()) {
    const names = own.map((seq) => stored[seq - 1]?.payload)
    expect(names).toEqual(own.map(() => expect.objectContaining({ name: expect.stringMatching(`^s${server} `) })))
  }
  const lastBegin = Math.max(...acks.map((own) => Math.min(...own)))
  const firstEnd = Math.min(...acks.map((own) => Math.max(...own)))
  expect(lastBegin, 'they took turns instead of meeting').toBeLessThan(firstEnd)
})
