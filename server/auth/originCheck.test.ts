import { describe, expect, it } from 'vitest'
import { checkOrigin } from '#server/auth/originCheck.ts'

function post(headers: Record<string, string>, method = 'POST'): Request {
  return new Request('http://localhost:4100/api/session', { method, headers: { host: 'localhost:4100', ...headers } })
}

describe('checkOrigin', () => {
  it.each(['http://localhost:4100', 'https://localhost:4100'])('lets the own host through: %s', (origin) => {
    expect(() => checkOrigin(post({ origin }), undefined)).not.toThrow()
  })

  it.each(['http://evil.example', 'http://localhost:4101', 'http://localhost:4100.evil.example', 'null', 'nonsense'])(
    'refuses the origin %s',
    (origin) => {
      expect(() => checkOrigin(post({ origin }), undefined)).toThrow(/another site/)
      expect(() => checkOrigin(post({ origin }, 'DELETE'), undefined)).toThrow(/another site/)
    },
  )

  it('refuses a foreign origin even if a key is sent along', () => {
    const request = post({ origin: 'http://evil.example', authorization: 'Bearer wb_x_y' })
    expect(() => checkOrigin(request, undefined)).toThrow(/another site/)
  })

  it('compares with PUBLIC_URL alone once that is set, scheme included', () => {
    expect(() => checkOrigin(post({ origin: 'https://waybill.example' }), 'https://waybill.example/')).not.toThrow()
    expect(() => checkOrigin(post({ origin: 'http://waybill.example' }), 'https://waybill.example')).toThrow()
    expect(() => checkOrigin(post({ origin: 'http://localhost:4100' }), 'https://waybill.example')).toThrow()
  })

  it('refuses a cookie that comes without an origin, and lets a tool with a key pass', () => {
    expect(() => checkOrigin(post({ cookie: 'waybill_4100=x' }), undefined)).toThrow(/Origin/)
    expect(() => checkOrigin(post({ authorization: 'Bearer wb_x_y' }), undefined)).not.toThrow()
  })

  it('leaves requests alone that change nothing', () => {
    const request = post({ origin: 'http://evil.example', cookie: 'waybill_4100=x' }, 'GET')
    expect(() => checkOrigin(request, undefined)).not.toThrow()
  })
})
