import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DensityCount } from '#domain/search/density.ts'

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
