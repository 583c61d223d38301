import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { beforeAll, expect, it } from 'vitest'
import { buildPages } from '#server/start/buildPages.ts'
import { projectRoot } from '#server/start/projectRoot.ts'
import { type Caller, emit, headOf, makeJob } from '#testing/httpDoor.ts'
import { waitFor } from '#testing/waitFor.ts'
import { startWaybill } from '#testing/waybill.ts'

const STREAMS = 1000
/** Some of them read nothing of what is sent, which is more than all buffers on the way hold. */
const STALLED = 5
const JOBS = 4

beforeAll(() => buildPages(projectRoot, () => {}), 240_000)

type Reader = { jobId: string; last: number; retry: number; hasSeenEnd: boolean; ended: Promise<unknown>; wake(): void }

/** Follows from `last` on until the connection ends. */
async function follow({ url, key }: Caller, jobId: string, last: number, isReading = true): Promise<Reader> {
  const headers = { authorization: `Bearer ${key}`, 'last-event-id': String(last) }
  const request = get(`${url}/runner-jobs/${jobId}/events/stream`, { headers, agent: false })
  request.on('error', () => {})
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  expect(response.statusCode).toBe(200)
  response.on('error', () => {})
  // Not `once`, which takes a reset for a failure of its own.
  const ended = new Promise((resolve) => response.on('close', resolve))
  const reader: Reader = {
    jobId,
    last,
    retry: 0,
    hasSeenEnd: false,
    ended,
    wake: () => void response.resume(),
  }
  if (!isReading) return reader
  let text = ''
  response.on('data', (chunk: Buffer) => {
    text += chunk
    const whole = text.lastIndexOf('\n\n') + 2
    for (const frame of text.slice(0, whole).split('\n\n')) take(reader, frame)
    text = text.slice(whole)
  })
  return reader
}

function take(reader: Reader, frame: string): void {
  const [, retry] = /^retry: (\d+)$/m.exec(frame) ?? []
  if (retry !== undefined) reader.retry = Number(retry)
  const [, seq] = /"seq":(\d+)/.exec(frame) ?? []
  if (seq !== undefined) {
    expect(Number(seq)).toBe(reader.last + 1)
    reader.last = Number(seq)
  }
  if (/^event: end$/m.test(frame)) reader.hasSeenEnd = true
}

const outputOf = (length: number) =>
  ({ type: 'step.output', payload: { stepId: 's', stream: 'stdout', text: 'x'.repeat(length) } }) as const

it('ends with 0 on SIGTERM with 1,000 streams open, some of them stalled, and all resume where they were', async () => {
  await using server = await startWaybill()
  const door = { url: server.url, key: server.key ?? '' }
  const jobIds = await Promise.all(Array.from({ length: JOBS }, () => makeJob(door, { start: true })))
  const large = await makeJob(door, { start: true })
  for (let n = 0; n < 6; n++)
    await emit(
      door,
      large,
      Array.from({ length: 50 }, () => outputOf(60_000)),
    )
  const jobOf = (index: number) => (index < STALLED ? large : (jobIds[index % JOBS] ?? ''))
  const readers: Reader[] = []
  for (let index = 0; index < STREAMS; index += 100) {
    const some = Array.from({ length: 100 }, (_, at) => follow(door, jobOf(index + at), 0, index + at >= STALLED))
    readers.push(...(await Promise.all(some)))
  }
  let isEmitting = true
  const acknowledged = new Map<string, number>()
  const emitters = jobIds.map(async (jobId) => {
    while (isEmitting) {
      const answer = await emit(door, jobId, [outputOf(100), outputOf(2000)]).catch(() => null)
      if (answer?.status === 200) acknowledged.set(jobId, (answer.body as { lastSeq: number }).lastSeq)
      else isEmitting = false
    }
  })
  await waitFor(() => jobIds.every((jobId) => (acknowledged.get(jobId) ?? 0) > 50))
  // The deadline of an orderly end is the server's own; had it run out, it would say so.
  expect(await server.stop()).toBe(0)
  expect(server.stdout()).toMatch(/\nStopped\n$/)
  expect(server.stdout()).not.toContain('Not everything')
  // One that does not read does not hear of the end either.
  for (const reader of readers.slice(0, STALLED)) reader.wake()
  await Promise.all([...emitters, ...readers.map(({ ended }) => ended)])
  expect(readers.some(({ hasSeenEnd }) => hasSeenEnd)).toBe(false)
  const retries = readers.slice(STALLED).map(({ retry }) => retry)
  expect([Math.min(...retries) >= 1000, Math.max(...retries) <= 3000]).toEqual([true, true])
  expect(new Set(retries).size).toBeGreaterThan(200)

  await using next = await startWaybill({ dataDir: server.dataDir, port: Number(new URL(server.url).port) })
  expect(next.url).toBe(door.url)
  for (const jobId of jobIds) expect(await headOf(door, jobId)).toBeGreaterThanOrEqual(acknowledged.get(jobId) ?? 0)
  const heads = new Map<string, number>()
  for (const jobId of [...jobIds, large]) await emit(door, jobId, [{ type: 'job.completed', payload: {} }])
  for (const jobId of [...jobIds, large]) heads.set(jobId, await headOf(door, jobId))
  for (let index = 0; index < STREAMS; index += 100) {
    const some = readers.slice(index, index + 100).map(({ jobId, last }) => follow(door, jobId, last))
    const resumed = await Promise.all(some)
    await Promise.all(resumed.map(({ ended }) => ended))
    for (const { jobId, last, hasSeenEnd } of resumed) expect([last, hasSeenEnd]).toEqual([heads.get(jobId), true])
  }
}, 120_000)
