import { randomUUID } from 'node:crypto'
import type { Draft, Event } from '#domain/events/envelope.ts'

/** One of the two ways into a server (design section 4), with keys to try it. */
export type Door = AsyncDisposable & {
  url: string
  /** all scopes */
  key: string
  readKey: string
  emitKey: string
  /** all scopes, of another organisation */
  foreignKey: string
}

/** A server, and a key for it. */
export type Caller = Pick<Door, 'url' | 'key'>

export type Answer = { status: number; headers: Headers; text: string; body: unknown }

export type Sent = {
  method?: string
  path: string
  /** null: none */
  key?: string | null
  json?: unknown
  /** instead of `json`: sent as it is */
  raw?: string | Uint8Array<ArrayBuffer> | ReadableStream
  headers?: Record<string, string>
}

export async function send(door: Caller, sent: Sent): Promise<Answer> {
  const body = sent.raw ?? (sent.json === undefined ? undefined : JSON.stringify(sent.json))
  const key = sent.key === undefined ? door.key : sent.key
  const response = await fetch(`${door.url}${sent.path}`, {
    method: sent.method ?? (body === undefined ? 'GET' : 'POST'),
    redirect: 'manual',
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...sent.headers,
    },
    ...(body !== undefined && { body, duplex: 'half' }),
  })
  const text = await response.text()
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined }
}

/** A new job; running if `start`. */
export async function makeJob(door: Caller, { start = false } = {}): Promise<string> {
  const json = { requestId: randomUUID(), action: 'test', inputs: {} }
  const { status, body } = await send(door, { path: '/api/jobs', json })
  if (status !== 201) throw new Error(`no job was made: ${status} ${JSON.stringify(body)}`)
  const { id } = body as { id: string }
  if (start) await emit(door, id, [{ type: 'job.started', payload: {} }])
  return id
}

export function emit(door: Caller, jobId: string, events: Draft[]): Promise<Answer> {
  return send(door, { path: `/runner-jobs/${jobId}/events`, json: { events } })
}

/** All events, page by page. */
export async function eventsOf(door: Caller, jobId: string): Promise<Event[]> {
  const events: Event[] = []
  for (;;) {
    const { body } = await send(door, { path: `/runner-jobs/${jobId}/events?limit=1000&after=${events.length}` })
    const page = body as { events: Event[]; head: number }
    events.push(...page.events)
    if (page.events.length === 0 || events.length >= page.head) return events
  }
}

export async function headOf(door: Caller, jobId: string): Promise<number> {
  const { body } = await send(door, { path: `/runner-jobs/${jobId}/events?limit=1` })
  return (body as { head: number }).head
}

export type Frame = { id?: string; event?: string; data?: string }

/** Reads server-sent events until one of this name came, or the stream ends. */
export async function readFrames(
  door: Caller,
  path: string,
  options: { until?: string; headers?: Record<string, string> } = {},
): Promise<Frame[]> {
  const ended = new AbortController()
  const response = await fetch(`${door.url}${path}`, {
    headers: { authorization: `Bearer ${door.key}`, ...options.headers },
    signal: ended.signal,
  })
  if (response.status !== 200 || response.body === null) throw new Error(`no stream: ${response.status}`)
  const frames: Frame[] = []
  let text = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      frames.push(parseFrame(text.slice(0, end)))
      text = text.slice(end + 2)
      if (options.until !== undefined && frames.at(-1)?.event === options.until) {
        ended.abort()
        return frames
      }
    }
  }
  return frames
}

function parseFrame(text: string): Frame {
  return Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  )
}
