import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '#cli/exitCode.ts'

describe('exitCodeOf', () => {
  it('tells a mistake in what was sent from a missing server, a missing job and a missing permission', () => {
    const codes = (['INVALID_INPUT', 'SERVER_UNREACHABLE', 'NOT_FOUND', 'UNAUTHENTICATED', 'BUSY'] as const).map(
      exitCodeOf,
    )
    expect(codes).toEqual([65, 69, 66, 77, 75])
  })
})
