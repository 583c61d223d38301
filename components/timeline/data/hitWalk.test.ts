import { expect, test } from 'vitest'
import { HitWalk } from '#components/timeline/data/hitWalk.ts'

/** Hits in lines 10, 20 and 30; an answer takes as many turns as `slow` says, the first one the most. */
function walkOver(lines: readonly number[], slow = 0): HitWalk {
  let turns = slow
  return new HitWalk({
    total: lines.length,
    async next(from, direction) {
      for (let turn = turns--; turn > 0; turn--) await Promise.resolve()
      if (direction === 1) return lines.find((line) => from === null || line > from) ?? lines[0] ?? null
      return lines.findLast((line) => from === null || line < from) ?? lines.at(-1) ?? null
    },
  })
}

test('steps that are asked for before the first answer came are all taken, in their order', async () => {
  const walk = walkOver([10, 20, 30], 20)
  const steps = await Promise.all([walk.go(1), walk.go(1), walk.go(1), walk.go(-1)])
  expect(steps).toEqual([
    { line: 10, position: 1 },
    { line: 20, position: 2 },
    { line: 30, position: 3 },
    { line: 20, position: 2 },
  ])
  expect(walk.place).toEqual({ line: 20, position: 2 })
})

test('goes round at both ends', async () => {
  const walk = walkOver([10, 20, 30])
  expect(await walk.go(-1)).toEqual({ line: 30, position: 3 })
  expect(await walk.go(1)).toEqual({ line: 10, position: 1 })
  expect(await walk.go(-1)).toEqual({ line: 30, position: 3 })
})

test('stays where it is without a hit', async () => {
  const walk = walkOver([])
  expect(await walk.go(1)).toBeNull()
  expect(walk.place).toBeNull()
})
