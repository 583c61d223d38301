import { expect, test } from 'vitest'
import type { StoredEvent } from '#server/journal/journal.ts'
import { makeRun, typeFilter } from '#server/live/eventRun.ts'

const event = (seq: number): StoredEvent => ({ seq, type: 'step.output', json: '{}' })

test.each([
  ['a hole', [4, 6]],
  ['a repeat', [4, 4]],
  ['a late start', [5, 6]],
  ['an early start', [3, 4]],
])('refuses %s', (_, seqs) => {
  expect(() => makeRun(3, seqs.map(event))).toThrowError(expect.objectContaining({ code: 'INTERNAL' }))
})

test('encodes only the events a filter lets through', () => {
  const run = makeRun(0, [
    { seq: 1, type: 'job.created', json: '{"a":1}' },
    event(2),
    { ...event(3), type: 'gate.passed' },
  ])
  const text = new TextDecoder().decode(run.frames(typeFilter(['gate.passed', 'job.created'])))
  expect(text).toBe('id: 1\nevent: job.created\ndata: {"a":1}\n\nid: 3\nevent: gate.passed\ndata: {}\n\n')
})

test('keeps the encodings of a few filters only, and encodes for all', () => {
  const run = makeRun(0, [event(1)])
  const filters = Array.from({ length: 50 }, (_, i) => ({ key: String(i), types: new Set(['step.output'] as const) }))
  const frames = filters.map((filter) => run.frames(filter))
  expect(new Set(frames.map((bytes) => new TextDecoder().decode(bytes))).size).toBe(1)
  expect(run.frames(filters[0])).toBe(frames[0])
  expect(run.frames(filters[49])).not.toBe(frames[49])
})
