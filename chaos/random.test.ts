import { expect, it } from 'vitest'
import { openRandom } from '#chaos/random.ts'

it('draws the same from a fork however often its source was asked', () => {
  const asked = openRandom('a')
  for (let n = 0; n < 100; n++) asked.next()
  const draw = (random: ReturnType<typeof openRandom>) => Array.from({ length: 20 }, () => random.int(0, 1000))
  expect(draw(asked.fork('load'))).toEqual(draw(openRandom('a').fork('load')))
  expect(draw(openRandom('a').fork('load'))).not.toEqual(draw(openRandom('a').fork('looks')))
})

it('covers a range evenly, with both ends', () => {
  const random = openRandom('b')
  const counts = new Map<number, number>()
  for (let n = 0; n < 6000; n++) {
    const value = random.int(1, 6)
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6])
  // Expected 1,000 each, with a standard deviation of 29.
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150)
})

it('shuffles without losing or repeating', () => {
  const items = [1, 2, 3, 4, 5, 6, 7]
  const shuffled = openRandom('c').shuffle(items)
  expect(shuffled.toSorted()).toEqual(items)
  expect(shuffled).not.toEqual(items)
})
