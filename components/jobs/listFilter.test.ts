import { expect, test } from 'vitest'
import { filterPath, readFilter } from '#components/jobs/listFilter.ts'

test('comes back from the address as it was put there', () => {
  for (const filter of [{ state: null, text: '' }, { state: 'failed', text: 'a&b=ü #1' } as const]) {
    expect(readFilter(new URL(filterPath(filter), 'http://x').searchParams)).toEqual(filter)
  }
  expect(filterPath({ state: null, text: '' })).toBe('/')
})

test('takes a state that does not exist for none', () => {
  expect(readFilter(new URLSearchParams('state=exploded')).state).toBeNull()
})
