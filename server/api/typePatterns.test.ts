import { describe, expect, it } from 'vitest'
import { eventTypes } from '#domain/events/catalogue.ts'
import { expandTypes } from '#server/api/typePatterns.ts'

describe('expandTypes', () => {
  it('has every type in exactly one group', () => {
    expect(expandTypes(['job.*', 'step.*', 'ai.*', 'gate.*']).sort()).toEqual([...eventTypes].sort())
  })

  it('takes types and groups together', () => {
    expect(expandTypes(['gate.*', 'job.started'])).toEqual([
      'gate.started',
      'gate.passed',
      'gate.failed',
      'job.started',
    ])
  })

  it.each(['', '*', 'job', 'job.', 'JOB.*', 'job.start', 'toString', '__proto__'])('refuses %j', (pattern) => {
    expect(() => expandTypes([pattern])).toThrow(expect.objectContaining({ code: 'UNKNOWN_EVENT_TYPE' }))
  })
})
