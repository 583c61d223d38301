import { get, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { openFrameReader } from '#chaos/load/readFrames.ts'
import type { Connection } from '#chaos/load/transcript.ts'

export type RawFollow = {
  url: string
  key: string
  connection: Connection
  /** cursor as Last-Event-ID instead of `?after=` */
  asLastEventId: boolean
  signal: AbortSignal
  /** reads for so long, then not for so long, again and again; milliseconds */
  stalls: { readMs: number; pauseMs: number } | null
}

/** Silence after which a stream is taken for dead: the server writes every 15 s. */
const SILENCE_MS = 35_000

/** Reads one event stream with nothing but node:http until it breaks off. @returns the status, 0 without an answer */
export async function followRaw({ url, key, connection, asLastEventId, signal, stalls }: RawFollow): Promise<number> {
  const { jobId } = connection.follower
  const query = asLastEventId ? '' : `?after=${connection.after}`
  const headers = {
    authorization: `Bearer ${key}`,
    ...(asLastEventId && { 'last-event-id': String(connection.after) }),
  }
  const { promise, resolve } = Promise.withResolvers<number>()
  let response: IncomingMessage | undefined
  const request = get(`${url}/runner-jobs/${jobId}/events/stream${query}`, { headers, agent: false }, (answer) => {
    response = answer
    answer.on('error', () => {})
    answer.on('close', () => resolve(answer.statusCode ?? 0))
    if (answer.statusCode !== 200) {
      answer.resume()
      return
    }
    const read = openFrameReader()
    answer.on('data', (chunk: Buffer) => take(connection, read(chunk)))
  })
  request.setTimeout(SILENCE_MS, () => request.destroy())
  request.on('error', () => resolve(response?.statusCode ?? 0))
  const abort = () => request.destroy()
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  if (stalls !== null) void stall(stalls, { connection: () => response, until: promise })
  try {
    return await promise
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function take(connection: Connection, frames: ReturnType<ReturnType<typeof openFrameReader>>): void {
  const events = frames.filter(({ event }) => event !== 'caught-up' && event !== 'end')
  connection.events(events.map(({ data }) => JSON.parse(data)))
  const end = frames.find(({ event }) => event === 'end')
  if (end !== undefined) connection.end(JSON.parse(end.data).head)
}

async function stall(
  { readMs, pauseMs }: { readMs: number; pauseMs: number },
  { connection, until }: { connection(): IncomingMessage | undefined; until: Promise<unknown> },
): Promise<void> {
  let isOver = false
  void until.then(() => {
    isOver = true
  })
  while (!isOver) {
    await Promise.race([sleep(readMs), until])
    connection()?.pause()
    await Promise.race([sleep(pauseMs), until])
    connection()?.resume()
  }
}
