import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addDensities, DensityCount } from '#domain/search/density.ts'

it('counts each hit in the bucket it lies in, however far they reach', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100_000), { maxLength: 60 }), (hits) => {
      const density = new DensityCount({ origin: 10, width: 1, buckets: 8 })
      for (const hit of hits) density.add(hit)
      const { origin, width, counts } = density.result()
      expect(counts.length).toBeLessThanOrEqual(8)
      const expected = new Array(counts.length).fill(0)
      for (const hit of hits) expected[Math.floor(Math.max(0, hit - origin) / width)] += 1
      expect(counts).toEqual(expected)
    }),
  )
})

it('adds up what was counted in turns as if it had been counted at once', () => {
  const count = (hits: number[]) => {
    const density = new DensityCount({ origin: 1, width: 1, buckets: 8 })
    for (const hit of hits) density.add(hit)
    return density.result()
  }
  const hits = fc.array(fc.nat(5000), { maxLength: 30 })
  fc.assert(
    fc.property(hits, hits, (earlier, later) => {
      expect(addDensities(count(earlier), count(later))).toEqual(count([...earlier, ...later]))
    }),
  )
})
