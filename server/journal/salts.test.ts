import { expect, test } from 'vitest'
import { makeSalts, saltOf } from '#server/journal/salts.ts'

test('hands out no salt twice, and changes none that was handed out', () => {
  const counts = [1, 2, 3, 511, 512, 513, 1, 600, 1, 2, 300, 300]
  const drawn = Array.from({ length: 40 }, () => counts).flat()
  const handedOut = drawn.flatMap((count) => {
    const salts = makeSalts(count)
    expect(salts).toHaveLength(count * 16)
    return Array.from({ length: count }, (_, index) => {
      const salt = saltOf(salts, index)
      return { salt, text: salt.toString('hex') }
    })
  })
  expect(new Set(handedOut.map(({ text }) => text)).size).toBe(handedOut.length)
  for (const { salt, text } of handedOut) expect(salt.toString('hex')).toBe(text)
})
