import { expect, test } from 'vitest'
import { deployWithAgent } from '#components/timeline/fixtures/deployWithAgent.ts'
import { momentAtTime, momentFrom, momentsOf, timeOfMoment } from '#components/timeline/layout/moments.ts'

const events = deployWithAgent()
const moments = momentsOf(events)

test('stops at every event that changed the job, and at no line of output', () => {
  const types = new Set(moments.seqs.map((seq) => events[seq - 1]?.type))
  expect(types.has('step.output')).toBe(false)
  expect(moments.seqs).toHaveLength(events.filter(({ type }) => !/output|progress/.test(type)).length)
})

test('finds the moment of a time, and the ends beyond them', () => {
  const third = moments.times[2] ?? 0
  expect(momentAtTime(moments, third)).toBe(moments.seqs[2])
  expect(momentAtTime(moments, third - 1)).toBe(moments.seqs[1])
  expect(momentAtTime(moments, 0)).toBe(1)
  expect(momentAtTime(moments, Number.POSITIVE_INFINITY)).toBe(events.length)
})

test('steps from moment to moment, and from between two to the nearer end', () => {
  const at = moments.seqs.findIndex((seq, n) => (moments.seqs[n + 1] ?? 0) > seq + 1)
  const [before = 0, after = 0] = moments.seqs.slice(at, at + 2)
  expect(momentFrom(moments, before, 1)).toBe(after)
  expect(momentFrom(moments, after, -1)).toBe(before)
  expect(momentFrom(moments, before + 1, -1)).toBe(before)
  expect(momentFrom(moments, before + 1, 1)).toBe(after)
  expect(momentFrom(moments, 1, -10)).toBe(1)
  expect(momentFrom(moments, 3, 1e9)).toBe(events.length)
  expect(timeOfMoment(moments, before + 1)).toBe(moments.times[at])
})

test('finds the moments that came after it was asked before', () => {
  const growing = events.slice(0, 10)
  expect(momentsOf(growing).seqs.at(-1)).toBeLessThanOrEqual(10)
  growing.push(...events.slice(10))
  expect(momentsOf(growing)).toMatchObject({ seqs: moments.seqs, times: moments.times })
})
