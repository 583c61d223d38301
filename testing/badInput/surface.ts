import { randomUUID } from 'node:crypto'
import { router } from '#server/api/router.ts'
import type { Method } from '#server/http/route.ts'
import { routes } from '#server/http/routes.ts'
import type { Sent } from '#testing/httpDoor.ts'

/** What valid inputs name. */
export type Names = { jobId: string; key: string }

/** One way in that takes JSON: a route with a body, or a procedure. */
export type Entry = {
  name: string
  takes: 'body' | 'query'
  /** false: it has no input, so whatever is JSON is ignored there */
  isChecked: boolean
  /** a request with this text, or these bytes, in place of its input */
  send(input: string | Uint8Array<ArrayBuffer>, names: Names): Sent
}

/** By path at run time; the type nests them. */
const procedures = router._def.procedures as unknown as Record<
  string,
  { _def: { type: 'query' | 'mutation' | 'subscription'; inputs: unknown[] } }
>

/** All there are, from the tables that serve them: a new one is attacked without being named anywhere. */
export const entries: readonly Entry[] = [
  ...routes.filter((route) => route.docs.body).map(({ method, path }) => bodyEntry(`${method} ${path}`, method, path)),
  ...Object.entries(procedures).map(([name, { _def }]) => procedureEntry(name, _def.type, _def.inputs.length > 0)),
]

/** Routes whose input is their path and query; what anybody may ask takes no input to speak of. */
export const readRoutes = routes.filter(
  ({ method, path, access }) => method === 'GET' && access !== 'public' && !path.includes('trpc'),
)

function bodyEntry(name: string, method: Method, path: string): Entry {
  return {
    name,
    takes: 'body',
    isChecked: true,
    send: (raw, { jobId }) => ({ method, path: path.replace(':jobId', jobId), raw }),
  }
}

function procedureEntry(name: string, type: 'query' | 'mutation' | 'subscription', isChecked: boolean): Entry {
  const path = `/api/trpc/${name}`
  return type === 'mutation'
    ? { name, takes: 'body', isChecked, send: (raw) => ({ method: 'POST', path, raw }) }
    : {
        name,
        takes: 'query',
        isChecked,
        send: (text) => ({ path: `${path}?input=${encodeURIComponent(String(text))}` }),
      }
}

const tool = { type: 'ai.tool_called', payload: { callId: 'c', tool: 't', arguments: { q: ['a', { b: 1 }] } } }
const output = { type: 'step.output', payload: { stepId: 's', stream: 'stdout', text: 'line\n' } }
const cost = { amount: '0.01', currency: 'EUR' }
const tokens = {
  type: 'ai.tokens_used',
  id: '0190a0b0-0000-7000-8000-00000000000b',
  occurredAt: '2026-01-01T00:00:00Z',
  payload: { provider: 'p', model: 'm', inputTokens: 3, outputTokens: 4, cost },
}
const decision = { type: 'gate.passed', payload: { gateId: 'g', evidence: [1], reason: 'because' } }
const emitted = { events: [tool, output, tokens, decision], expectedSeq: 1 }
const created = () => ({
  requestId: randomUUID(),
  action: 'a',
  inputs: { env: 'prod', list: [1, 'x'] },
  title: 'T',
  labels: { team: 'core' },
})

/** What each entry that checks its input would accept: the generator spoils it in one place. */
export const validInputs: Record<string, (names: Names) => object> = {
  'POST /api/jobs': created,
  'POST /runner-jobs/:jobId/events': () => emitted,
  'POST /api/session': ({ key }) => ({ key }),
  'jobs.create': created,
  'jobs.get': ({ jobId }) => ({ jobId, logs: 10 }),
  'jobs.view': ({ jobId }) => ({ jobId, after: 0 }),
  'jobs.counts': ({ jobId }) => ({ jobId, buckets: 64 }),
  'POST /api/projections/rebuild': ({ jobId }) => ({ jobId }),
  'jobs.list': () => ({ state: 'running', action: 'a', userId: 'ada', text: 't', limit: 10 }),
  'jobs.facets': () => ({ state: 'running', action: 'a', userId: 'ada', text: 't' }),
  'jobs.summary': ({ jobId }) => ({ jobId }),
  'events.emit': ({ jobId }) => ({ jobId, ...emitted }),
  'events.list': ({ jobId }) => ({ jobId, after: 0, before: 9, types: ['step.*'], stepId: 's', limit: 10 }),
  'events.follow': ({ jobId }) => ({ jobId, lastEventId: 0 }),
  'steps.list': ({ jobId }) => ({ jobId }),
}
