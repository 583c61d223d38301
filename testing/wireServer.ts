import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { v7 as uuid } from 'uuid'
import { type ErrorCode, isWaybillError, WaybillError } from '#domain/errors.ts'
import type { Draft, Event } from '#domain/events/envelope.ts'
import { parseDraft, refuseRepeatedIds } from '#domain/events/parseDraft.ts'
import { emptyView, type JobView, replay, stateOf } from '#domain/job/replay.ts'
import { isFinal } from '#domain/job/shape.ts'
import { errorTable, problemOf } from '#server/errors.ts'

/** What goes wrong with one request. `after` faults strike when the events are recorded already. */
export type Fault =
  | { kind: 'reset-before' | 'reset-after' | 'half-answer' | 'html-200' | 'hang' }
  | { kind: 'status'; status: number; retryAfter?: string; code?: ErrorCode }

export type WireRequest = { method: string; path: string; body: string; headers: IncomingMessage['headers'] }

type WireJob = { id: string; requestId: string; events: Event[]; view: JobView; watchers: Set<() => void> }

export type WireServer = AsyncDisposable & {
  url: string
  jobs: Map<string, WireJob>
  requests: WireRequest[]
  /** asked for each request; undefined lets it pass */
  faultOf: (request: WireRequest) => Fault | undefined
  /** cuts all open connections */
  cut(): void
  addJob(): string
}

/**
 * Waybill's wire in memory, on a real socket, judged by the real reducer: what the SDK meets when the network, a proxy
 * or the server misbehaves, on demand.
 */
export async function startWireServer(): Promise<WireServer> {
  const jobs = new Map<string, WireJob>()
  const requests: WireRequest[] = []
  const http = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy())
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')

  const wire: WireServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    jobs,
    requests,
    faultOf: () => undefined,
    cut: () => http.closeAllConnections(),
    addJob: () => createJob(jobs, uuid()).id,
    [Symbol.asyncDispose]: async () => {
      http.closeAllConnections()
      http.close()
      await once(http, 'close')
    },
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const { method = '', url: path = '', headers } = request
    const seen = { method, path, body, headers }
    requests.push(seen)
    const fault = wire.faultOf(seen)
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'reset-before') {
      response.destroy()
      return
    }
    if (fault?.kind === 'html-200') return send(response, 200, 'text/html', '<h1>Welcome to the hotel</h1>')
    if (fault?.kind === 'status') return sendStatus(response, fault)
    if (path.includes('/events/stream')) return answerStream(jobs, seen, response)
    const [status, type, text] = handle(jobs, seen)
    if (fault?.kind === 'reset-after') {
      response.destroy()
      return
    }
    if (fault?.kind === 'half-answer') {
      response.writeHead(status, { 'content-type': type, 'content-length': text.length })
      response.write(text.slice(0, text.length / 2), () => response.destroy())
      return
    }
    send(response, status, type, text)
  }

  return wire
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type }).end(text)
}

function sendStatus(response: ServerResponse, fault: Extract<Fault, { kind: 'status' }>): void {
  if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter)
  if (fault.code === undefined) {
    send(response, fault.status, 'text/html', '<h1>Bad Gateway</h1>')
  } else {
    const problem = problemOf(new WaybillError(fault.code, `The wire says ${fault.code}.`), 'req')
    send(response, fault.status, 'application/problem+json', JSON.stringify(problem))
  }
}

function handle(jobs: Map<string, WireJob>, request: WireRequest): [number, string, string] {
  const url = new URL(request.path, 'http://wire')
  const isRpc = url.pathname.startsWith('/api/trpc/')
  try {
    const result = isRpc ? callProcedure(jobs, url, request.body) : append(jobs, url.pathname, request.body)
    return [200, 'application/json', JSON.stringify(isRpc ? { result: { data: result } } : result)]
  } catch (error) {
    if (!isWaybillError(error)) throw error
    const { status } = errorTable[error.code]
    const problem = problemOf(error, 'req')
    if (!isRpc) return [status, 'application/problem+json', JSON.stringify(problem)]
    const data = { ...problem, httpStatus: status }
    return [status, 'application/json', JSON.stringify({ error: { message: error.message, code: -32600, data } })]
  }
}

function callProcedure(jobs: Map<string, WireJob>, url: URL, body: string): unknown {
  const name = url.pathname.slice('/api/trpc/'.length)
  const input = JSON.parse(body || url.searchParams.get('input') || '{}')
  if (name === 'jobs.create') {
    const known = Array.from(jobs.values()).find((job) => job.requestId === input.requestId)
    return { id: (known ?? createJob(jobs, input.requestId, input)).id }
  }
  const job = findJob(jobs, input.jobId)
  return { id: job.id, head: job.events.length, state: stateOf(job.view) }
}

function createJob(jobs: Map<string, WireJob>, requestId: string, input: object = {}): WireJob {
  const job: WireJob = { id: uuid(), requestId, events: [], view: emptyView(), watchers: new Set() }
  jobs.set(job.id, job)
  record(job, { type: 'job.created', payload: { action: 'test', inputs: {}, requestId, ...input } } as never)
  return job
}

/** Whole or not at all, known ids first: section 6 of the design, in memory. */
function append(jobs: Map<string, WireJob>, path: string, body: string): unknown {
  const job = findJob(jobs, path.split('/')[2] ?? '')
  const { events } = JSON.parse(body) as { events: unknown[] }
  const drafts = events.map(parseDraft)
  refuseRepeatedIds(drafts)
  const known = new Map(job.events.map((event) => [event.id, event.seq]))
  const trial = emptyView()
  for (const event of job.events) replay(trial, event)
  for (const [index, draft] of drafts.entries()) {
    if (known.has(draft.id ?? '')) continue
    const refused = replay(trial, { ...draft, seq: trial.head + 1, recordedAt: new Date().toISOString() } as Event)
    if (refused) throw new WaybillError(refused, `Event ${index}: ${refused}.`, { details: { index } })
  }
  const results = drafts.map((draft) => {
    const seq = known.get(draft.id ?? '')
    return seq === undefined
      ? { id: draft.id, seq: record(job, draft), duplicate: false }
      : { id: draft.id, seq, duplicate: true }
  })
  const fresh = results.filter((result) => !result.duplicate)
  return { firstSeq: fresh[0]?.seq ?? null, lastSeq: fresh.at(-1)?.seq ?? null, results }
}

function record(job: WireJob, draft: Draft): number {
  const now = new Date().toISOString()
  const seq = job.events.length + 1
  const envelope = { jobId: job.id, seq, recordedAt: now, actor: { userId: 'u', kind: 'user' }, redactions: [] }
  const event = { occurredAt: now, id: uuid(), ...draft, ...envelope } as Event
  job.events.push(event)
  replay(job.view, event)
  for (const wake of job.watchers) wake()
  return seq
}

function answerStream(jobs: Map<string, WireJob>, request: WireRequest, response: ServerResponse): void {
  const url = new URL(request.path, 'http://wire')
  const job = jobs.get(url.pathname.split('/')[2] ?? '')
  const lastEventId = request.headers['last-event-id']
  const after = Number(lastEventId ?? url.searchParams.get('after') ?? 0)
  if (!job) sendStatus(response, { kind: 'status', status: 404, code: 'NOT_FOUND' })
  else if (after > job.events.length) sendStatus(response, { kind: 'status', status: 409, code: 'CURSOR_AHEAD' })
  else if (lastEventId !== undefined && isOver(job) && after === job.events.length) response.writeHead(204).end()
  else writeStream(job, { after, types: url.searchParams.get('types')?.split(',') }, response)
}

function writeStream(
  job: WireJob,
  { after, types }: { after: number; types: string[] | undefined },
  response: ServerResponse,
): void {
  let last = after
  let isCaughtUp = false
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 5\n\n')
  const write = () => {
    for (const event of job.events.slice(last)) {
      last = event.seq
      if (types && !types.includes(event.type)) continue
      response.write(`id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    }
    if (!isCaughtUp) response.write(`id: ${last}\nevent: caught-up\ndata: {"head":${last}}\n\n`)
    isCaughtUp = true
    if (!isOver(job)) return
    response.end(`id: ${last}\nevent: end\ndata: {"head":${last},"state":"${stateOf(job.view)}"}\n\n`)
  }
  job.watchers.add(write)
  response.on('close', () => job.watchers.delete(write))
  write()
}

function isOver(job: WireJob): boolean {
  return isFinal(stateOf(job.view))
}

function findJob(jobs: Map<string, WireJob>, id: string): WireJob {
  const job = jobs.get(id)
  if (!job) throw new WaybillError('NOT_FOUND', `There is no job "${id}".`)
  return job
}
