import type { ErrorCode } from '#domain/errors.ts'
import { limits } from '#domain/events/limits.ts'

/** What a request to create a job only just breaks. Its requestId goes where `$` stands. */
export type JobRefusal = { name: string; status: number; code: ErrorCode; detail: RegExp; body: string }

function nested(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels)
}

/** With these members beside requestId. */
function members(object: object): string {
  return JSON.stringify({ requestId: '$', action: 'a', inputs: {}, ...object })
}

/** With this text of JSON as an input. */
function input(text: string): string {
  return `{"requestId":"$","action":"a","inputs":{"x":${text}}}`
}

const payloadOverhead = Buffer.byteLength(input('""')) - 1 + '00000000-0000-0000-0000-000000000000'.length

/** The limits of design sections 5 and 11 on the way that job.created takes. */
export const jobRefusals: JobRefusal[] = [
  { name: 'no action', status: 400, code: 'INVALID_INPUT', detail: /\/action/, body: '{"requestId":"$","inputs":{}}' },
  { name: 'no inputs', status: 400, code: 'INVALID_INPUT', detail: /\/inputs/, body: '{"requestId":"$","action":"a"}' },
  { name: 'a list of inputs', status: 400, code: 'INVALID_INPUT', detail: /\/inputs/, body: members({ inputs: [] }) },
  { name: 'an unknown field', status: 400, code: 'UNKNOWN_FIELD', detail: /\/tittle/, body: members({ tittle: 't' }) },
  {
    name: 'a title one character over the limit',
    status: 400,
    code: 'INVALID_INPUT',
    detail: /<=500 characters at \/title/,
    body: members({ title: 'x'.repeat(limits.nameCharacters + 1) }),
  },
  {
    name: 'a parent that there is not',
    status: 404,
    code: 'NOT_FOUND',
    detail: /parent/,
    body: members({ parentJobId: '0190a0b0-0000-7000-8000-00000000000a' }),
  },
  { name: 'NUL', status: 400, code: 'NUL_CHARACTER', detail: /\/inputs\/x/, body: input('"a\\u0000"') },
  {
    name: 'half a surrogate pair',
    status: 400,
    code: 'LONE_SURROGATE',
    detail: /\/inputs\/x\/0/,
    body: input('["\\ud83d"]'),
  },
  { name: '__proto__', status: 400, code: 'FORBIDDEN_KEY', detail: /__proto__/, body: input('{"__proto__":1}') },
  { name: 'a key twice', status: 400, code: 'DUPLICATE_KEY', detail: /\/inputs\/x\/a/, body: input('{"a":1,"a":2}') },
  { name: '2^53 + 1', status: 400, code: 'UNSAFE_NUMBER', detail: /9007199254740993/, body: input('9007199254740993') },
  {
    name: 'inputs one level too deep',
    status: 400,
    code: 'TOO_DEEP',
    detail: /31/,
    body: input(nested(limits.depth - 1)),
  },
  {
    name: 'a payload one byte over the limit',
    status: 413,
    code: 'PAYLOAD_TOO_LARGE',
    detail: /262144/,
    body: input(`"${'x'.repeat(limits.payloadBytes + 1 - payloadOverhead)}"`),
  },
  {
    name: 'a body one byte over the limit',
    status: 413,
    code: 'BODY_TOO_LARGE',
    detail: /4194304/,
    body: `"${'x'.repeat(limits.bodyBytes - 1)}"`,
  },
]
