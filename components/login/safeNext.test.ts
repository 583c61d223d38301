import { expect, test } from 'vitest'
import { safeNext } from '#components/login/safeNext.ts'

test('goes back to a page of this site', () => {
  expect(safeNext('/jobs/abc?sel=4')).toBe('/jobs/abc?sel=4')
})

test.each([
  null,
  '',
  'jobs',
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  'javascript:alert(1)',
  '/login',
])('goes to the jobs instead of %s', (next) => {
  expect(safeNext(next)).toBe('/')
})
