import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isolateCulprit } from '#server/journal/isolateCulprit.ts'

test('finds every culprit and brings all others through, in their order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), async (parts) => {
      const all = parts.map((isBad, index) => ({ isBad, index }))
      const through: number[] = []
      const refused: number[] = []
      async function again(half: readonly (typeof all)[number][]): Promise<void> {
        if (half.length === 0) return
        if (!half.some(({ isBad }) => isBad)) {
          through.push(...half.map(({ index }) => index))
          return
        }
        await isolateCulprit(half, { again, refuse: ({ index }) => void refused.push(index) })
      }
      await again(all)
      expect(through).toEqual(all.filter(({ isBad }) => !isBad).map(({ index }) => index))
      expect(refused).toEqual(all.filter(({ isBad }) => isBad).map(({ index }) => index))
    }),
  )
})
