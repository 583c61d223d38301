import { expect, test } from 'vitest'
import { extend, firstList, refresh, showArrived, update } from '#components/jobs/mergeJobs.ts'
import type { JobSummary } from '#domain/job/served.ts'
import { noTotals } from '#domain/job/totals.ts'

const job = (id: string, more: Partial<JobSummary> = {}): JobSummary => ({
  id,
  requestId: id,
  action: 'build',
  title: null,
  labels: {},
  userId: 'mira',
  parentJobId: null,
  state: 'running',
  attempt: 1,
  createdAt: '2026-11-20T09:30:00.000Z',
  startedAt: null,
  completedAt: null,
  head: 1,
  lastEventAt: '2026-11-20T09:30:00.000Z',
  totals: noTotals(),
  ...more,
})

const ids = (jobs: readonly JobSummary[]) => jobs.map((shown) => shown.id)

test('changes known jobs in place and lets new ones wait', () => {
  const list = refresh(firstList({ jobs: [job('b'), job('a')], next: null }), {
    jobs: [job('c'), job('b', { head: 9, state: 'success' }), job('a')],
    next: null,
  })
  expect(ids(list.jobs)).toEqual(['b', 'a'])
  expect(list.jobs[0]).toMatchObject({ head: 9, state: 'success' })
  expect(ids(list.arrived)).toEqual(['c'])
  expect(ids(showArrived(list).jobs)).toEqual(['c', 'b', 'a'])
})

test('keeps a row whose job no longer matches the filter, so nothing jumps', () => {
  const list = refresh(firstList({ jobs: [job('b'), job('a')], next: null }), { jobs: [job('a')], next: null })
  expect(ids(list.jobs)).toEqual(['b', 'a'])
})

test('does not let an overtaken answer turn a row back', () => {
  const list = firstList({ jobs: [job('a', { head: 9 })], next: null })
  expect(update(list, [job('a', { head: 4 })]).jobs[0]?.head).toBe(9)
})

test('knows when more arrived than a page can show', () => {
  const list = firstList({ jobs: [job('a')], next: null })
  expect(refresh(list, { jobs: [job('d'), job('c')], next: 'older' }).arrivedMore).toBe(true)
  expect(refresh(list, { jobs: [job('c'), job('a')], next: 'older' }).arrivedMore).toBe(false)
})

test('adds older pages without repeating a job that both hold', () => {
  const list = extend(firstList({ jobs: [job('b'), job('a')], next: 'x' }), { jobs: [job('a'), job('0')], next: null })
  expect(ids(list.jobs)).toEqual(['b', 'a', '0'])
  expect(list.next).toBeNull()
})
