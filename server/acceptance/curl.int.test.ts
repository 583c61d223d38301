import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Draft } from '#domain/events/envelope.ts'
import { curl, framesOf } from '#testing/curl.ts'
import { createTestDatabase } from '#testing/database.ts'
import { type Caller, emit, eventsOf, makeJob } from '#testing/httpDoor.ts'
import type { SseMessage } from '#testing/sseParsers.ts'
import { testValkeyUrl } from '#testing/valkey.ts'
import { startWaybill } from '#testing/waybill.ts'

/** Output that would break a stream which does not keep its own lines and those of the job apart. */
const traps = ['\r', 'a\n\nid: 9\nevent: end\ndata: {}\n\n', '\u2028\u2029\ufeff', ': hb\n\n', '\u001b[31mäöü🚂\r\n']

function randomBatch(round: number): Draft[] {
  return Array.from({ length: 1 + Math.floor(Math.random() * 40) }, (_, i) => ({
    type: 'step.output',
    payload: { stepId: 's', stream: 'stdout', text: `${round}.${i} ${traps[(round + i) % traps.length]}` },
  }))
}

async function record(caller: Caller, jobId: string, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const { status } = await emit(caller, jobId, randomBatch(round))
    if (status !== 200) throw new Error(`round ${round} was answered ${status}`)
    await sleep(10)
  }
  await emit(caller, jobId, [{ type: 'job.completed', payload: {} }])
}

test('curl -N, cut anywhere and resumed with Last-Event-ID, follows a running job to its end without a gap or a repeat', async () => {
  await using database = await createTestDatabase()
  await using server = await startWaybill({ databaseUrl: database.url, valkeyUrl: testValkeyUrl() })
  const caller = { url: server.url, key: server.key ?? '' }
  const jobId = await makeJob(caller, { start: true })
  const url = `${server.url}/runner-jobs/${jobId}/events/stream`
  const authorization = `Bearer ${caller.key}`
  const recording = record(caller, jobId, 150)

  const frames: SseMessage[] = []
  const cuts: number[] = []
  while (frames.at(-1)?.event !== 'end') {
    const cutAfter = 1 + Math.floor(Math.random() * 60_000)
    cuts.push(cutAfter)
    const id = frames.at(-1)?.id
    const headers = { authorization, ...(id !== undefined && { 'last-event-id': id }) }
    const { text, status } = await curl({ url, headers, cutAfter })
    frames.push(...framesOf(text))
    // A stream that ends by itself before the job does would make an EventSource lose its place.
    if (status !== undefined) expect(frames.at(-1)?.event).toBe('end')
  }
  await recording

  const stored = await eventsOf(caller, jobId)
  const got = frames.filter(({ event }) => event.includes('.'))
  expect(
    got.map(({ id }) => Number(id)),
    `cut after ${cuts} bytes`,
  ).toEqual(stored.map(({ seq }) => seq))
  expect(got.map(({ data }) => JSON.parse(data))).toEqual(stored)
  const head = stored.length
  expect(frames.at(-1)).toEqual({ id: `${head}`, event: 'end', data: `{"head":${head},"state":"success"}` })
  expect(cuts.length, 'it was hardly ever cut').toBeGreaterThan(5)
  expect(await curl({ url, headers: { authorization, 'last-event-id': `${head}` } })).toEqual({ text: '', status: 204 })
})
