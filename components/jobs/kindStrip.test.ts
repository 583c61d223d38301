import { expect, test } from 'vitest'
import { kindStrip } from '#components/jobs/kindStrip.ts'

const none = { job: [], step: [], output: [], ai: [], gate: [] }
const size = { width: 40, height: 16, columns: 4 }

test('draws each kind where it happened, from the making of the job to its end', () => {
  const counts = { originMs: 0, bucketMs: 10, kinds: { ...none, output: [0, 16], gate: [0, 0, 0, 4] } }
  expect(kindStrip(counts, 40, size)).toEqual([
    { kind: 'output', path: 'M10 16v-16h9v16z' },
    { kind: 'gate', path: 'M30 16v-8h9v8z' },
  ])
})

test('stacks the kinds of one moment, and loses no event at the end', () => {
  const counts = { originMs: 0, bucketMs: 100, kinds: { ...none, output: [3], step: [1], ai: [0, 0, 9] } }
  const strip = kindStrip(counts, 100, size)
  expect(strip.map(({ kind }) => kind)).toEqual(['output', 'step', 'ai'])
  // two thirds of the height for four of nine events, shared three to one
  expect(strip[1]?.path).toBe('M0 8v-2.67h9v2.67z')
  expect(strip[2]?.path).toBe('M30 16v-16h9v16z')
})

test('draws nothing for a job that was only made', () => {
  expect(kindStrip({ originMs: 0, bucketMs: 10, kinds: { ...none, job: [1] } }, 0, size)).toEqual([])
})
