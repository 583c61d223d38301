import { describe, expect, it } from 'vitest'
import { backoff } from '#sdk/wire/backoff.ts'
import { noAnswer, readProblem, readRetryAfter } from '#sdk/wire/problem.ts'

function answer(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  const type = typeof body === 'string' ? 'text/html' : 'application/problem+json'
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return new Response(text, { status, headers: { 'content-type': type, ...headers } })
}

describe('readProblem', () => {
  it('keeps code, place and request id of a verdict', async () => {
    const problem = { code: 'STEP_CLOSED', detail: 'Step is over.', index: 3, path: '/type', requestId: 'r1' }
    const error = await readProblem('http://w', answer(409, problem))
    expect(error).toMatchObject({
      code: 'STEP_CLOSED',
      message: 'Step is over.',
      details: { status: 409, index: 3, path: '/type', requestId: 'r1' },
    })
  })

  it.each([404, 401, 400, 500, 502])('takes %i without problem details for no verdict of Waybill', async (status) => {
    expect((await readProblem('http://w', answer(status, '<h1>hm</h1>'))).code).toBe('SERVER_UNREACHABLE')
  })

  it('judges a code of a newer server by its status', async () => {
    const codeOf = async (status: number) => (await readProblem('http://w', answer(status, { code: 'FROM_2031' }))).code
    expect(await Promise.all([409, 401, 503].map(codeOf))).toEqual(['INVALID_INPUT', 'UNAUTHENTICATED', 'UNAVAILABLE'])
  })
})

describe('noAnswer', () => {
  it('says why there was none, where fetch hides it', () => {
    const refused = new TypeError('fetch failed', {
      cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    })
    expect(noAnswer('http://w', refused).message).toMatch(/^No answer from http:\/\/w \(ECONNREFUSED\)/)
    const aborted = new DOMException('This operation was aborted', 'AbortError')
    expect(noAnswer('http://w', aborted).message).toContain('(not in time)')
  })
})

describe('readRetryAfter', () => {
  it('reads seconds and dates', () => {
    expect(readRetryAfter('7')).toBe(7000)
    expect(readRetryAfter('Thu, 01 Jan 1970 00:00:09 GMT', 2000)).toBe(7000)
    expect(readRetryAfter('soon')).toBe(null)
    expect(readRetryAfter(null)).toBe(null)
  })
})

describe('backoff', () => {
  it('doubles up to its bound, spreads by half, and never undercuts what the server asked for', () => {
    const pace = { firstMs: 100, mostMs: 1000 }
    expect([1, 2, 3, 4, 5, 90].map((failures) => backoff(failures, pace, () => 0.5))).toEqual([
      100, 200, 400, 800, 1000, 1000,
    ])
    expect(backoff(1, pace, () => 0)).toBe(50)
    expect(backoff(1, { ...pace, atLeastMs: 3000 }, () => 0)).toBeGreaterThanOrEqual(3000)
  })
})
