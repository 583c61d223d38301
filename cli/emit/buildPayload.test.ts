import { describe, expect, it } from 'vitest'
import { buildPayload } from '#cli/emit/buildPayload.ts'

describe('buildPayload', () => {
  it('reads each value as what its field takes', () => {
    expect(buildPayload('step.completed', ['--step-id', '42', '--outcome', 'failure', '--exit-code', '1'])).toEqual({
      stepId: '42',
      outcome: 'failure',
      exitCode: 1,
    })
    expect(buildPayload('job.completed', ['--output', '{"ok":true}'])).toEqual({ output: { ok: true } })
    expect(buildPayload('job.completed', ['--output', 'fine'])).toEqual({ output: 'fine' })
    expect(buildPayload('job.failed', ['--error.code', '7', '--error.message', 'no'])).toEqual({
      error: { code: '7', message: 'no' },
    })
  })

  it('names the fields there are when one is not among them', () => {
    expect(() => buildPayload('job.started', ['--runer', 'x'])).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_FIELD', message: expect.stringContaining('--runner') }),
    )
    expect(() => buildPayload('job.started', ['runner', 'x'])).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    )
    expect(() => buildPayload('job.started', ['--runner'])).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
    expect(() => buildPayload('job.started', ['--constructor', 'x'])).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_FIELD' }),
    )
  })
})
