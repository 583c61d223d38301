import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { idleOf } from '#components/timeline/layout/idle.ts'
import { xOf } from '#components/timeline/layout/timeScale.ts'

const minute = 60_000

describe('the silences of a job', () => {
  test('become short, each the same', () => {
    const stretches = [
      { from: minute, to: 6 * minute },
      { from: 7 * minute, to: 67 * minute },
    ]
    const { ms, isLong, warp } = idleOf({ from: 0, to: 70 * minute }, stretches)
    expect({ ms, isLong, idle: warp.idle }).toEqual({ ms: 65 * minute, isLong: true, idle: stretches })
    const scale = { from: 0, to: 70 * minute, width: 1_000, warp }
    const widths = stretches.map(({ from, to }) => xOf(scale, to) - xOf(scale, from))
    expect(widths[0]).toBeCloseTo(widths[1] ?? 0)
    expect(widths[0]).toBeGreaterThan(35)
    expect(widths[0]).toBeLessThan(90)
  })

  test('are left alone where that would gain nothing', () => {
    const short = { from: 1_000, to: 30_000 }
    expect(idleOf({ from: 0, to: minute }, [short]).warp.idle).toEqual([])
    const relative = { from: minute, to: 2 * minute }
    expect(idleOf({ from: 0, to: 600 * minute }, [relative])).toMatchObject({ ms: 0, isLong: false })
  })

  test('are offered to be shortened only if they are much of the job', () => {
    const stretch = { from: 10 * minute, to: 18 * minute }
    expect(idleOf({ from: 0, to: 60 * minute }, [stretch])).toMatchObject({ isLong: true })
    expect(idleOf({ from: 0, to: 90 * minute }, [stretch]).isLong).toBe(false)
  })

  test('never take more than half of the chart, however many there are', () => {
    const job = fc.array(fc.tuple(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 1, max: 4_000_000 })), {
      minLength: 1,
      maxLength: 120,
    })
    fc.assert(
      fc.property(job, (parts) => {
        let at = 0
        const stretches = parts.map(([busy, idle]) => {
          const from = at + busy
          at = from + idle
          return { from, to: at }
        })
        const span = { from: 0, to: at + 1_000 }
        const { warp, ms } = idleOf(span, stretches)
        const scale = { ...span, width: 1_000, warp }
        const wide = warp.idle.reduce((sum, { from, to }) => sum + xOf(scale, to) - xOf(scale, from), 0)
        expect(wide).toBeLessThanOrEqual(500)
        expect(ms).toBe(warp.idle.reduce((sum, { from, to }) => sum + to - from, 0))
      }),
    )
  })

  test('have a width that seldom changes while the job goes on', () => {
    const stretches = [{ from: minute, to: 30 * minute }]
    const shown = (to: number) => {
      const { warp } = idleOf({ from: 0, to }, stretches)
      return Math.round(warp.forth(30 * minute) - warp.forth(minute))
    }
    const widths = new Set(Array.from({ length: 600 }, (_, s) => shown(31 * minute + s * 1_000)))
    expect(widths.size).toBeLessThan(12)
  })
})
