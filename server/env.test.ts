import { expect, test } from 'vitest'
import { isWaybillError } from '#domain/errors.ts'
import { readEnv } from '#server/env.ts'

test('needs nothing to be set, and takes an empty variable for none', () => {
  const nothing = {
    port: 4100,
    host: '127.0.0.1',
    dataDir: '.waybill',
    logLevel: 'info',
    searchPath: '/usr/local/bin:/usr/bin:/bin',
    streams: { most: 10_000, mostPerOrg: 8000, ageMs: 3_600_000 },
  }
  expect(readEnv({})).toEqual(nothing)
  expect(readEnv({ DATABASE_URL: '', PUBLIC_URL: '', PORT: '' })).toEqual(nothing)
})

test('takes every setting as it is given', () => {
  expect(
    readEnv({
      PORT: '80',
      HOST: '::1',
      PUBLIC_URL: 'https://waybill.example/',
      DATABASE_URL: 'postgresql://u:p@db:5432/waybill?sslmode=require',
      VALKEY_URL: 'rediss://a:6379,rediss://b:6379/0',
      WAYBILL_DATA_DIR: '/srv/waybill',
      LOG_LEVEL: 'debug',
      PATH: '/opt/bin',
      WAYBILL_MAX_STREAMS: '500',
      WAYBILL_MAX_STREAMS_PER_ORG: '500',
      WAYBILL_STREAM_SECONDS: '90',
    }),
  ).toEqual({
    port: 80,
    host: '::1',
    publicUrl: 'https://waybill.example',
    databaseUrl: 'postgresql://u:p@db:5432/waybill?sslmode=require',
    valkeyUrl: 'rediss://a:6379,rediss://b:6379/0',
    dataDir: '/srv/waybill',
    logLevel: 'debug',
    searchPath: '/opt/bin',
    streams: { most: 500, mostPerOrg: 500, ageMs: 90_000 },
  })
})

test.each([
  ['PORT', '0'],
  ['PORT', '65536'],
  ['PORT', '4100x'],
  ['HOST', 'http://localhost'],
  ['HOST', 'localhost:4100'],
  ['PUBLIC_URL', 'waybill.example'],
  ['PUBLIC_URL', 'https://waybill.example/path'],
  ['PUBLIC_URL', 'https://me:secret@waybill.example'],
  ['DATABASE_URL', 'mysql://u:secret@db/waybill'],
  ['DATABASE_URL', 'postgres://u:secret@db'],
  ['DATABASE_URL', 'postgres://u:secret@db:6432/waybill?pgbouncer=true'],
  ['VALKEY_URL', 'localhost:6379'],
  ['VALKEY_URL', 'redis://a:6379/1,redis://b:6379/1'],
  ['VALKEY_URL', 'redis://a:6379,rediss://b:6379'],
  ['LOG_LEVEL', 'loud'],
  ['WAYBILL_MAX_STREAMS', '0'],
  ['WAYBILL_MAX_STREAMS', '1e3'],
  ['WAYBILL_MAX_STREAMS_PER_ORG', '-1'],
  ['WAYBILL_STREAM_SECONDS', '604801'],
])('refuses %s=%s, naming the setting and no password', (name, value) => {
  const error = refusal({ [name]: value })
  expect(error.code).toBe('BAD_SETTING')
  expect(error.message).toMatch(new RegExp(`^${name} `))
  expect(error.message).not.toContain('secret')
  expect(error.message).not.toContain('\n')
})

test('lists all problems at once', () => {
  expect(refusal({ PORT: 'x', LOG_LEVEL: 'loud', VALKEY_URL: 'x' }).message.split('\n')).toHaveLength(3)
})

function refusal(source: Record<string, string>) {
  try {
    readEnv(source)
  } catch (error) {
    if (isWaybillError(error)) return error
    throw error
  }
  throw new Error('it was accepted')
}

test('leaves a fifth of few streams to other organisations too, and refuses a share larger than the whole', () => {
  expect(readEnv({ WAYBILL_MAX_STREAMS: '10' }).streams).toMatchObject({ most: 10, mostPerOrg: 8 })
  expect(readEnv({ WAYBILL_MAX_STREAMS: '1' }).streams).toMatchObject({ most: 1, mostPerOrg: 1 })
  const error = refusal({ WAYBILL_MAX_STREAMS: '10', WAYBILL_MAX_STREAMS_PER_ORG: '11' })
  expect([error.code, error.message]).toEqual(['BAD_SETTING', expect.stringContaining('_PER_ORG=11 is more than')])
})
