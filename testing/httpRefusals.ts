import { randomUUID } from 'node:crypto'
import type { ErrorCode } from '#domain/errors.ts'
import type { Draft } from '#domain/events/envelope.ts'
import { limits } from '#domain/events/limits.ts'
import type { Sent } from '#testing/httpDoor.ts'

export type Refusal = {
  name: string
  status: number
  code: ErrorCode
  /** what the message has to say, above all the number */
  detail: RegExp
  index?: number
  /** events that the job has already */
  before?: Draft[]
  request(jobId: string, way: 'REST' | 'tRPC'): Sent
  /** recorded afterwards, to show that the next good request works; default: a tool call */
  next?: Draft
  /** 409 if nothing can follow */
  nextStatus?: number
}

const tool: Draft = { type: 'ai.tool_called', payload: { callId: 'c', tool: 't' } }
const output = (text: string, encoding?: 'base64'): Draft => ({
  type: 'step.output',
  payload: { stepId: 's', stream: 'stdout', text, ...(encoding && { encoding }) },
})
const started: Draft = { type: 'job.started', payload: {} }

/** A request with these members beside jobId. */
function members(object: object): Refusal['request'] {
  return (jobId, way) =>
    way === 'REST'
      ? { path: `/runner-jobs/${jobId}/events`, json: object }
      : { path: '/api/trpc/events.emit', json: { jobId, ...object } }
}

function events(...drafts: unknown[]): Refusal['request'] {
  return members({ events: drafts })
}

/** A body as text, with `$` where the way's own beginning goes. */
function raw(text: string, headers: Record<string, string> = {}): Refusal['request'] {
  return (jobId, way) =>
    way === 'REST'
      ? { path: `/runner-jobs/${jobId}/events`, raw: text.replace('$', ''), headers }
      : { path: '/api/trpc/events.emit', raw: text.replace('$', `"jobId":"${jobId}",`), headers }
}

/** The text of one tool call whose arguments are this text of JSON, after a good one. */
function argument(text: string): Refusal['request'] {
  const good = JSON.stringify(tool)
  return raw(`{$"events":[${good},{"type":"ai.tool_called","payload":{"callId":"c","tool":"t","arguments":${text}}}]}`)
}

function nested(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels)
}

const manyEvents = Array.from({ length: limits.eventsPerRequest + 1 }, () => tool)
const repeated = randomUUID()

/** Every limit and refusal of design sections 5 and 11, each as a request that only just breaks it. */
export const refusals: Refusal[] = [
  {
    name: 'what is no JSON',
    status: 400,
    code: 'INVALID_JSON',
    detail: /not valid JSON/,
    request: raw('{$"events":['),
  },
  { name: 'an empty body', status: 400, code: 'INVALID_JSON', detail: /not valid JSON/, request: raw(' ') },
  {
    name: 'a body that is no UTF-8',
    status: 400,
    code: 'INVALID_JSON',
    detail: /UTF-8/,
    request: (jobId, way) => ({
      path: way === 'REST' ? `/runner-jobs/${jobId}/events` : '/api/trpc/events.emit',
      raw: new Uint8Array([0x22, 0xff, 0xfe, 0x22]),
    }),
  },
  {
    name: 'a form',
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    detail: /application\/json/,
    request: raw('a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
  },
  {
    name: 'a compressed body',
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    detail: /content-encoding/,
    request: raw('{}', { 'content-encoding': 'gzip' }),
  },
  {
    name: 'a body one byte over the limit',
    status: 413,
    code: 'BODY_TOO_LARGE',
    detail: /4194304/,
    request: raw(`"${'x'.repeat(limits.bodyBytes - 1)}"`),
  },
  {
    name: 'an endless body without a length',
    status: 413,
    code: 'BODY_TOO_LARGE',
    detail: /4194304/,
    request: (jobId, way) => ({
      path: way === 'REST' ? `/runner-jobs/${jobId}/events` : '/api/trpc/events.emit',
      raw: new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(256 * 1024).fill(0x20)),
      }),
    }),
  },
  { name: 'no events', status: 400, code: 'INVALID_INPUT', detail: /\/events/, request: members({}) },
  { name: 'an empty list', status: 400, code: 'INVALID_INPUT', detail: /\/events/, request: events() },
  {
    name: 'an unknown field',
    status: 400,
    code: 'UNKNOWN_FIELD',
    detail: /\/evnets/,
    request: members({ events: [tool], evnets: 1 }),
  },
  {
    name: 'a negative expectedSeq',
    status: 400,
    code: 'INVALID_INPUT',
    detail: /\/expectedSeq/,
    request: members({ events: [tool], expectedSeq: -1 }),
  },
  {
    name: 'another head than expected',
    status: 409,
    code: 'SEQ_MISMATCH',
    detail: /7/,
    request: members({ events: [tool], expectedSeq: 7 }),
  },
  {
    name: 'one event too many',
    status: 413,
    code: 'TOO_MANY_EVENTS',
    detail: /1001.*1000/,
    request: events(...manyEvents),
  },
  {
    name: 'an unknown type',
    status: 400,
    code: 'UNKNOWN_EVENT_TYPE',
    detail: /job\.exploded/,
    index: 1,
    request: events(tool, { type: 'job.exploded', payload: {} }),
  },
  {
    name: 'job.created',
    status: 400,
    code: 'JOB_CREATED_RESERVED',
    detail: /jobs\.create/,
    index: 0,
    request: events({ type: 'job.created', payload: { action: 'a', inputs: {}, requestId: 'r' } }),
  },
  {
    name: 'an unknown field in a payload',
    status: 400,
    code: 'UNKNOWN_FIELD',
    detail: /\/payload\/colour/,
    index: 0,
    request: events({ type: 'job.started', payload: { colour: 'red' } }),
  },
  {
    name: 'a wrong value in a payload',
    status: 400,
    code: 'INVALID_INPUT',
    detail: /\/payload\/stream/,
    index: 1,
    request: events(tool, { type: 'step.output', payload: { stepId: 's', stream: 'stdin', text: '' } }),
  },
  {
    name: 'a time without a zone',
    status: 400,
    code: 'INVALID_INPUT',
    detail: /occurredAt/,
    index: 0,
    request: events({ ...tool, occurredAt: '2026-01-01T00:00:00' }),
  },
  {
    name: 'an id that is no UUID',
    status: 400,
    code: 'INVALID_INPUT',
    detail: /\/id/,
    index: 0,
    request: events({ ...tool, id: '7' }),
  },
  {
    name: 'an id twice in one request',
    status: 400,
    code: 'DUPLICATE_EVENT_ID',
    detail: new RegExp(repeated),
    index: 1,
    request: events({ ...tool, id: repeated }, { ...tool, id: repeated.toUpperCase() }),
  },
  {
    name: 'an id that names other content',
    status: 409,
    code: 'EVENT_ID_REUSED',
    detail: /./,
    index: 0,
    before: [{ ...tool, id: '0190a0b0-0000-7000-8000-00000000000a' }],
    request: events({ ...started, id: '0190a0b0-0000-7000-8000-00000000000a' }),
  },
  {
    name: 'a key twice',
    status: 400,
    code: 'DUPLICATE_KEY',
    detail: /twice/,
    index: 1,
    request: argument('{"a":1,"a":2}'),
  },
  {
    name: '__proto__',
    status: 400,
    code: 'FORBIDDEN_KEY',
    detail: /__proto__/,
    index: 1,
    request: argument('{"__proto__":{"admin":true}}'),
  },
  {
    name: 'constructor',
    status: 400,
    code: 'FORBIDDEN_KEY',
    detail: /constructor/,
    index: 1,
    request: argument('{"constructor":1}'),
  },
  {
    name: 'prototype',
    status: 400,
    code: 'FORBIDDEN_KEY',
    detail: /prototype/,
    index: 1,
    request: argument('[{"prototype":1}]'),
  },
  {
    name: '2^53 + 1',
    status: 400,
    code: 'UNSAFE_NUMBER',
    detail: /9007199254740993/,
    index: 1,
    request: argument('9007199254740993'),
  },
  { name: '1e400', status: 400, code: 'UNSAFE_NUMBER', detail: /1e400/, index: 1, request: argument('1e400') },
  { name: 'minus zero', status: 400, code: 'UNSAFE_NUMBER', detail: /-0/, index: 1, request: argument('-0') },
  { name: 'NUL', status: 400, code: 'NUL_CHARACTER', detail: /base64/, index: 1, request: argument('"a\\u0000b"') },
  {
    name: 'half a surrogate pair',
    status: 400,
    code: 'LONE_SURROGATE',
    detail: /base64/,
    index: 1,
    request: argument('"\\ud83d"'),
  },
  {
    name: 'a payload one level too deep',
    status: 400,
    code: 'TOO_DEEP',
    detail: /32/,
    index: 1,
    request: argument(nested(limits.depth)),
  },
  { name: 'depth 100,000', status: 400, code: 'TOO_DEEP', detail: /36/, index: 1, request: argument(nested(100_000)) },
  {
    name: 'a payload one byte over the limit',
    status: 413,
    code: 'PAYLOAD_TOO_LARGE',
    detail: /262144/,
    index: 1,
    request: argument(`"${'x'.repeat(limits.payloadBytes + 1 - '{"arguments":"","callId":"c","tool":"t"}'.length)}"`),
  },
  {
    name: 'a text one byte over the limit',
    status: 413,
    code: 'TEXT_TOO_LARGE',
    detail: /65537.*65536/,
    index: 1,
    request: events(tool, output('x'.repeat(limits.textBytes + 1))),
  },
  {
    name: 'a text one byte over the limit in two-byte characters',
    status: 413,
    code: 'TEXT_TOO_LARGE',
    detail: /65537.*65536/,
    index: 0,
    request: events(output(`${'ä'.repeat(limits.textBytes / 2)}x`)),
  },
  {
    name: 'a base64 text one byte over the limit',
    status: 413,
    code: 'TEXT_TOO_LARGE',
    detail: /65537.*65536/,
    index: 0,
    request: events(output(Buffer.alloc(limits.textBytes + 1).toString('base64'), 'base64')),
  },
  {
    name: 'base64 that is none',
    status: 400,
    code: 'INVALID_INPUT',
    detail: /base64/,
    index: 0,
    request: events(output('a', 'base64')),
  },
  {
    name: 'anything after the end',
    status: 409,
    code: 'JOB_CLOSED',
    detail: /over/,
    index: 0,
    before: [started, { type: 'job.completed', payload: {} }],
    request: events(tool),
    nextStatus: 409,
  },
  {
    name: 'a second start',
    status: 409,
    code: 'JOB_RUNNING',
    detail: /running/,
    index: 0,
    before: [started],
    request: events(started),
  },
  {
    name: 'the end of what was not started',
    status: 409,
    code: 'JOB_NOT_RUNNING',
    detail: /not started/,
    index: 1,
    request: events(tool, { type: 'job.completed', payload: {} }),
  },
  {
    name: 'a second start of an open step',
    status: 409,
    code: 'STEP_OPEN',
    detail: /s1/,
    index: 0,
    before: [{ type: 'step.started', payload: { stepId: 's1', name: 'S' } }],
    request: events({ type: 'step.started', payload: { stepId: 's1', name: 'S' } }),
  },
  {
    name: 'output of a step that is over',
    status: 409,
    code: 'STEP_CLOSED',
    detail: /s/,
    index: 0,
    before: [output('x'), { type: 'step.completed', payload: { stepId: 's', outcome: 'success' } }],
    request: events(output('y')),
  },
  {
    name: 'steps inside each other',
    status: 409,
    code: 'STEP_CYCLE',
    detail: /./,
    index: 1,
    request: events(
      { type: 'step.started', payload: { stepId: 'a', name: 'A', parentStepId: 'b' } },
      { type: 'step.started', payload: { stepId: 'b', name: 'B', parentStepId: 'a' } },
    ),
  },
  {
    name: 'a second start of an open gate',
    status: 409,
    code: 'GATE_OPEN',
    detail: /g1/,
    index: 0,
    before: [{ type: 'gate.started', payload: { gateId: 'g1', name: 'G' } }],
    request: events({ type: 'gate.started', payload: { gateId: 'g1', name: 'G' } }),
  },
  {
    name: 'a second decision',
    status: 409,
    code: 'GATE_CLOSED',
    detail: /g1/,
    index: 0,
    before: [{ type: 'gate.passed', payload: { gateId: 'g1' } }],
    request: events({ type: 'gate.failed', payload: { gateId: 'g1' } }),
  },
]
