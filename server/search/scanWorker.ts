import { parentPort } from 'node:worker_threads'
import { decompress } from '#server/projector/compression.ts'
import type { Answer, Ask } from '#server/search/protocol.ts'
import { type Scan, startScan } from '#server/search/scan.ts'

/**
 * A thread that searches, so that an expression that takes for ever holds up nobody and can be ended. Each message gets
 * one answer, in order.
 */
let scan: Scan | null = null

parentPort?.on('message', (ask: Ask) => parentPort?.postMessage(answer(ask)))

function answer(ask: Ask): Answer {
  try {
    if (ask.ask === 'begin') {
      scan = startScan(ask.task)
      return { ok: true, value: null }
    }
    if (!scan) throw new Error(`"${ask.ask}" came before "begin"`)
    if (ask.ask === 'end') {
      const ended = scan.end()
      scan = null
      return { ok: true, value: ended }
    }
    for (const chunk of ask.chunks) scan.take(typeof chunk === 'string' ? chunk : decompress(chunk))
    return { ok: true, value: scan.report() }
  } catch (error) {
    return { ok: false, error: String((error as Error).stack ?? error) }
  }
}
