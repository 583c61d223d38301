import { openEmitter, outputDrafts } from '#bench/emitter.ts'
import { format, type Measure, median, spread } from '#bench/measure.ts'
import { recordChunks } from '#bench/recordChunks.ts'
import type { Stage } from '#bench/stage.ts'
import { startFollowers } from '#bench/startFollowers.ts'
import { type NextBaseline, startNextBaseline } from '#bench/startNextBaseline.ts'
import { type Broadcaster, startRawWriter } from '#bench/startRawWriter.ts'

const CLIENTS = 1000
const BATCHES = 50
const EVENTS_PER_BATCH = 20
const FRAMES = CLIENTS * BATCHES * EVENTS_PER_BATCH
const LAST = 1 + BATCHES * EVENTS_PER_BATCH
const ROUNDS = 5

/**
 * 400,000 frames to 1,000 SSE clients, against node:http writing the same bytes in the same chunks, and against a Next
 * route handler writing each frame by itself. In turns, so that what else the machine does hits all three; the first
 * round is not counted.
 */
export async function benchFanOut(stage: Stage): Promise<Measure[]> {
  await using raw = await startRawWriter()
  await using next = await startNextBaseline()
  const rates: Record<'waybill' | 'raw' | 'next', number[]> = { waybill: [], raw: [], next: [] }
  for (let round = 0; round <= ROUNDS; round++) {
    const { rate, chunks } = await throughWaybill(stage, round)
    const rawRate = await throughRaw(raw, chunks)
    const nextRate = await throughNext(next, chunks)
    if (process.env.BENCH_DEBUG) process.stderr.write(`${rate} ${rawRate} ${nextRate} ${chunks.length}\n`)
    if (round === 0) continue
    rates.waybill.push(rate)
    rates.raw.push(rawRate)
    rates.next.push(nextRate)
  }
  const figure = `${FRAMES.toLocaleString('en')} frames to ${CLIENTS} clients, ${ROUNDS} rounds: ${perSecond(rates.waybill)}`
  const ratios = (others: readonly number[]) => rates.waybill.map((rate, at) => rate / (others[at] ?? Number.NaN))
  const compare = (name: string, others: readonly number[], least: number): Measure => ({
    figure,
    baseline: `${name}: ${perSecond(others)}; ratios ${spread(ratios(others))}`,
    value: median(ratios(others)),
    limit: { least },
  })
  return [
    compare('raw node:http, same bytes in the same chunks, all written in one go', rates.raw, 0.6),
    compare('a Next route handler that enqueues each frame', rates.next, 3),
  ]
}

async function throughWaybill(stage: Stage, round: number): Promise<{ rate: number; chunks: Buffer[] }> {
  const emitter = openEmitter(stage)
  const jobId = await emitter.createJob(`fan-out ${round}`)
  const path = `/runner-jobs/${jobId}/events/stream`
  const body = JSON.stringify({ jobId, events: outputDrafts(EVENTS_PER_BATCH) })
  const url = `${stage.server.url}${path}`
  const followers = await startFollowers({ urls: [url], key: stage.key, clients: CLIENTS, last: LAST })
  const recorder = await recordChunks(stage, path, LAST)
  const began = performance.now()
  for (let at = 0; at < BATCHES; at++) await emitter.emit(body)
  await followers.done
  const rate = rateSince(began)
  emitter.close()
  return { rate, chunks: await recorder.chunks }
}

async function throughRaw(writer: Broadcaster, chunks: readonly Buffer[]): Promise<number> {
  await writer.load(chunks)
  const followers = await startFollowers({ urls: [writer.url], key: '', clients: CLIENTS, last: LAST })
  const began = performance.now()
  writer.go()
  await followers.done
  return rateSince(began)
}

async function throughNext(next: NextBaseline, chunks: readonly Buffer[]): Promise<number> {
  const frames = Buffer.concat(chunks)
    .toString()
    .split(/(?<=\n\n)/)
    .filter((frame) => frame.includes('\ndata: {"id"'))
    .slice(-BATCHES * EVENTS_PER_BATCH)
  const batches = Array.from({ length: BATCHES }, (_, at) =>
    frames.slice(at * EVENTS_PER_BATCH, (at + 1) * EVENTS_PER_BATCH),
  )
  const followers = await startFollowers({ urls: [next.url], key: '', clients: CLIENTS, last: LAST })
  const began = performance.now()
  await next.send(batches)
  await followers.done
  return rateSince(began)
}

function rateSince(began: number): number {
  return FRAMES / ((performance.now() - began) / 1000)
}

function perSecond(rates: readonly number[]): string {
  return `${format(median(rates))} frames/s`
}
