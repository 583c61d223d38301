import { describe, expect, it } from 'vitest'
import { publicAddress } from '#server/start/welcome.ts'

const env = {
  port: 4100,
  host: '127.0.0.1',
  dataDir: '.waybill',
  logLevel: 'info',
  searchPath: '',
  streams: { most: 1, mostPerOrg: 1, ageMs: 1000 },
} as const

describe('publicAddress', () => {
  it.each([
    [{}, 'http://127.0.0.1:4100'],
    [{ host: '0.0.0.0' }, 'http://localhost:4100'],
    [{ host: '::' }, 'http://localhost:4100'],
    [{ host: '::1' }, 'http://[::1]:4100'],
    [{ publicUrl: 'https://waybill.example' }, 'https://waybill.example'],
  ])('makes an address of %o that a browser can open', (changed, address) => {
    expect(publicAddress({ ...env, ...changed })).toBe(address)
  })
})
