import { expect, test, vi } from 'vitest'
import { isWaybillError, WaybillError } from '#domain/errors.ts'

test('carries its code, details and cause', () => {
  const cause = new Error('below')
  const error = new WaybillError('BUSY', 'The job is locked.', { details: { index: 3, path: '/id' }, cause })
  expect(error).toMatchObject({ name: 'WaybillError', code: 'BUSY', details: { index: 3, path: '/id' }, cause })
  expect('cause' in new WaybillError('BUSY', 'The job is locked.')).toBe(false)
})

test('is recognised when another copy of the module threw it', async () => {
  vi.resetModules()
  const other = await import('#domain/errors.ts')
  const error = new other.WaybillError('NOT_FOUND', 'There is no job.')
  expect(error instanceof WaybillError).toBe(false)
  expect(isWaybillError(error)).toBe(true)
})

test.each([null, undefined, 'NOT_FOUND', new Error('NOT_FOUND'), { code: 'NOT_FOUND' }])('is not %o', (value) => {
  expect(isWaybillError(value)).toBe(false)
})
