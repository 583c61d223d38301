import { expect, test } from 'vitest'
import { WaybillError } from '#domain/errors.ts'
import { type DatabaseErrorKind, databaseErrorKind, describeAway } from '#server/journal/databaseError.ts'

test.each<[string, DatabaseErrorKind]>([
  ['23505', 'duplicate'],
  ['08006', 'unknown'],
  ['57P01', 'unknown'],
  ['57P02', 'unknown'],
  ['CONNECTION_CLOSED', 'unknown'],
  ['CONNECTION_DESTROYED', 'unknown'],
  ['CONNECT_TIMEOUT', 'unknown'],
  ['ANSWER_TIMEOUT', 'unknown'],
  ['ECONNRESET', 'unknown'],
  ['EPIPE', 'unknown'],
  ['ENOTFOUND', 'unknown'],
  ['40P01', 'passing'],
  ['53100', 'passing'],
  ['53300', 'passing'],
  ['57014', 'passing'],
  ['57P03', 'passing'],
  ['55P03', 'passing'],
  ['25006', 'passing'],
  ['22021', 'broken'],
  ['42501', 'broken'],
  ['23514', 'broken'],
  ['', 'broken'],
])('%s is %s', (code, kind) => {
  expect(databaseErrorKind(Object.assign(new Error('x'), { code }))).toBe(kind)
})

test('a refusal of our own is never taken for a lost connection', () => {
  expect(databaseErrorKind(new WaybillError('EVENT_ID_REUSED', 'x'))).toBe('broken')
  expect(databaseErrorKind(new WaybillError('UNAVAILABLE', 'x'))).toBe('broken')
  expect(databaseErrorKind('nothing')).toBe('broken')
})

test.each([
  ['53100', 'The database has no space left on its disk (53100)'],
  ['ECONNREFUSED', 'The database is not answering (ECONNREFUSED)'],
])('says what somebody can do something about: %s', (code, text) => {
  expect(describeAway(Object.assign(new Error('x'), { code }))).toBe(text)
})
