import { describe, expect, it } from 'vitest'
import { WaybillError } from '#domain/errors.ts'
import { problemResponse, toServedError } from '#server/errors.ts'

describe('toServedError', () => {
  it('passes a refusal on as it is', () => {
    const refusal = new WaybillError('JOB_CLOSED', 'The job is closed.', { details: { index: 3 } })
    expect(toServedError(refusal)).toBe(refusal)
  })

  it('recognises a refusal of another copy of the module, which no instanceof would', () => {
    const twin = { code: 'NOT_FOUND', message: 'none', details: {}, [Symbol.for('waybill.error')]: true }
    expect(toServedError(twin).code).toBe('NOT_FOUND')
  })

  it.each([
    'CONNECTION_CLOSED',
    'CONNECT_TIMEOUT',
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    '57P01',
    '53300',
    '08006',
  ])('answers UNAVAILABLE when the database was lost with %s', (code) => {
    const error = Object.assign(new Error('write CONNECTION_CLOSED db:5432'), { code })
    expect(toServedError(error).code).toBe('UNAVAILABLE')
    expect(toServedError(new Error('query failed', { cause: error })).code).toBe('UNAVAILABLE')
  })

  it('keeps what an unknown error says to itself', () => {
    const served = toServedError(Object.assign(new Error('value "hunter2" is too long'), { code: '22001' }))
    expect(served.code).toBe('INTERNAL')
    expect(served.message).not.toContain('hunter2')
  })

  it("does not tell clients what only the operator's start message may say", () => {
    const served = toServedError(new WaybillError('DATA_DIR_UNUSABLE', '/home/op/.waybill is not writable'))
    expect(served.code).toBe('INTERNAL')
    expect(served.message).not.toContain('/home')
  })
})

describe('problemResponse', () => {
  it('is an RFC 9457 problem with the code, the place and the request', async () => {
    const error = new WaybillError('TEXT_TOO_LARGE', 'Too long.', { details: { index: 2, path: '/payload/text' } })
    const response = problemResponse(error, 'req-1')
    expect(response.status).toBe(413)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toEqual({
      type: 'urn:waybill:problem:text-too-large',
      title: 'Text too large',
      status: 413,
      detail: 'Too long.',
      code: 'TEXT_TOO_LARGE',
      requestId: 'req-1',
      index: 2,
      path: '/payload/text',
    })
  })

  it('says when to come back, how to authenticate and what is allowed', () => {
    const headersOf = (error: WaybillError) => problemResponse(error, 'r').headers
    expect(headersOf(new WaybillError('UNAVAILABLE', 'later')).get('retry-after')).toBe('1')
    expect(headersOf(new WaybillError('BUSY', 'later')).get('retry-after')).toBe('1')
    expect(headersOf(new WaybillError('UNAUTHENTICATED', 'who')).get('www-authenticate')).toContain('Bearer')
    const notAllowed = new WaybillError('METHOD_NOT_ALLOWED', 'no', { details: { allow: 'GET, HEAD' } })
    expect(headersOf(notAllowed).get('allow')).toBe('GET, HEAD')
  })
})
