import { describe, expect, it } from 'vitest'
import { readJobAddress } from '#cli/jobAddress.ts'

describe('readJobAddress', () => {
  it('takes an id, and the address of a page on the configured server', () => {
    expect(readJobAddress('0199-abc', 'http://w:1')).toBe('0199-abc')
    expect(readJobAddress('http://w:1/jobs/0199-abc?sel=4', 'http://w:1')).toBe('0199-abc')
    expect(readJobAddress('http://w:1/base/jobs/a/events/7', 'http://w:1/base')).toBe('a')
  })

  it('never leads the key to another server', () => {
    const links = ['http://evil/jobs/a', 'http://w:2/jobs/a', 'https://w:1/jobs/a', 'http://w:1@evil/jobs/a']
    for (const link of links) {
      expect(() => readJobAddress(link, 'http://w:1')).toThrow(expect.objectContaining({ code: 'BAD_SETTING' }))
    }
    expect(() => readJobAddress('../etc', 'http://w:1')).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
    expect(() => readJobAddress('http://w:1/login', 'http://w:1')).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    )
  })
})
