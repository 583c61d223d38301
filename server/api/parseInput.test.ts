import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJobId, parseSeq } from '#server/api/parseInput.ts'

describe('parseSeq', () => {
  it('takes every seq that a number holds exactly', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (seq) => {
        expect(parseSeq(String(seq), 'after')).toBe(seq)
      }),
    )
  })

  it.each([
    '',
    ' ',
    '-1',
    '+1',
    '01',
    '1.0',
    '1e3',
    '0x10',
    '１',
    '9007199254740992',
    '99999999999999999999',
    'abc',
    '1\n',
  ])('refuses %j', (text) => {
    expect(() => parseSeq(text, 'after')).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: { path: '/after' } }),
    )
  })
})

describe('parseJobId', () => {
  it('takes a UUID in any case as the journal writes it', () => {
    expect(parseJobId('0190A0B0-0000-7000-8000-00000000000A')).toBe('0190a0b0-0000-7000-8000-00000000000a')
  })

  it.each([
    '',
    'x',
    '0190a0b0000070008000000000000000',
    "'; drop table jobs; --",
    '0190a0b0-0000-7000-8000-00000000000a\n',
  ])('finds no job called %j', (text) => {
    expect(() => parseJobId(text)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  })
})
