import type { ErrorCode } from '#domain/errors.ts'
import { errorTable } from '#server/errors.ts'
import type { Answer } from '#testing/httpDoor.ts'

/**
 * Why this answer is no refusal with a stable code, or null if it is one: a 4xx that the table of codes knows, said where
 * clients of this way look for it, in every call of a batch.
 */
export function faultOf(answer: Answer): string | null {
  const said = sayings(answer)
  if (said.length === 0) return `${answer.status} without a code: ${answer.text.slice(0, 200)}`
  for (const { code, status } of said) {
    if (typeof code !== 'string' || !(code in errorTable)) return `${answer.status} with the code ${code}`
    const expected = errorTable[code as ErrorCode].status
    if (status !== expected) return `${code} with the status ${status}`
    if (expected < 400 || expected > 499) return `${expected} ${code}: ${answer.text.slice(0, 200)}`
  }
  return null
}

type Saying = { code: unknown; status: unknown }

function sayings({ status, text, body }: Answer): Saying[] {
  // A subscription says it in its stream, where tRPC's clients look.
  const frame = /event: serialized-error\ndata: (.*)/.exec(text)?.[1]
  if (frame !== undefined) return [ofTrpc({ error: JSON.parse(frame) })]
  if (Array.isArray(body)) return body.map(ofTrpc)
  if (typeof body !== 'object' || body === null) return []
  if ('error' in body) return [ofTrpc(body)].map((said) => (said.status === status ? said : { ...said, status }))
  return 'code' in body ? [{ code: body.code, status }] : []
}

function ofTrpc(body: unknown): Saying {
  const data = (body as { error?: { data?: { code?: unknown; httpStatus?: unknown } } }).error?.data
  return { code: data?.code, status: data?.httpStatus }
}
