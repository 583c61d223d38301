import { openEmitter, outputDrafts } from '#bench/emitter.ts'
import { recordChunks } from '#bench/recordChunks.ts'
import type { Stage } from '#bench/stage.ts'
import { startFollowers } from '#bench/startFollowers.ts'
import { startRawWriter } from '#bench/startRawWriter.ts'

const CLIENTS = 1000
const BATCHES = 20
const EVENTS_PER_BATCH = 20
const FRAMES = CLIENTS * BATCHES * EVENTS_PER_BATCH

/** 400,000 frames to 1,000 SSE clients, against node:http writing the same bytes in the same chunks. */
export async function benchFanOut(stage: Stage): Promise<string[]> {
  const emitter = openEmitter(stage)
  const jobId = await emitter.createJob('fan-out')
  const path = `/runner-jobs/${jobId}/events/stream`
  const body = JSON.stringify({ jobId, events: outputDrafts(EVENTS_PER_BATCH) })
  const last = 1 + BATCHES * EVENTS_PER_BATCH

  const followers = await startFollowers({ url: stage.server.url, path, key: stage.key, clients: CLIENTS, last })
  const recorder = await recordChunks(stage, path, last)
  const began = performance.now()
  for (let at = 0; at < BATCHES; at++) await emitter.emit(body)
  await followers.done
  const waybill = FRAMES / ((performance.now() - began) / 1000)
  const chunks = await recorder.chunks
  emitter.close()

  await using writer = await startRawWriter(chunks)
  const readers = await startFollowers({ url: writer.url, path: '/', key: '', clients: CLIENTS, last })
  const rawBegan = performance.now()
  writer.go()
  await readers.done
  const raw = FRAMES / ((performance.now() - rawBegan) / 1000)
  return [
    `${FRAMES.toLocaleString('en')} frames to ${CLIENTS} clients: ${Math.round(waybill).toLocaleString('en')} frames/s`,
    `raw node:http, same bytes in the same ${chunks.length} chunks: ${Math.round(raw).toLocaleString('en')} frames/s`,
    `ratio ${(waybill / raw).toFixed(2)} (at least 0.4)`,
  ]
}
