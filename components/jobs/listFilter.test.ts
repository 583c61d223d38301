import { expect, test } from 'vitest'
import { filterPath, isFiltering, type ListFilter, noFilter, readFilter } from '#components/jobs/listFilter.ts'

test('comes back from the address as it was put there', () => {
  const full: ListFilter = { state: 'failed', action: 'deploy', user: 'ada & co', text: 'a&b=ü #1' }
  for (const filter of [noFilter, full]) {
    expect(readFilter(new URL(filterPath(filter), 'http://x').searchParams)).toEqual(filter)
  }
  expect(filterPath(noFilter)).toBe('/')
  expect([isFiltering(noFilter), isFiltering({ ...noFilter, user: 'ada' })]).toEqual([false, true])
})

test('takes a state that does not exist for none', () => {
  expect(readFilter(new URLSearchParams('state=exploded')).state).toBeNull()
})
