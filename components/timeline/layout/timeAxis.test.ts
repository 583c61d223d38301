import { expect, test } from 'vitest'
import { axisOf, breaksOf, placeOf, widthOf } from '#components/timeline/layout/timeAxis.ts'
import { xOf } from '#components/timeline/layout/timeScale.ts'
import { shorten } from '#components/timeline/layout/timeWarp.ts'

const minute = 60_000

test('labels round moments, with room between them', () => {
  const { ticks } = axisOf({ from: 0, to: 724_000, width: 800 }, 0)
  expect(ticks.map((tick) => tick.label)).toEqual(['0', '2m', '4m', '6m', '8m', '10m', '12m'])
  for (const [width, to] of [
    [300, 900],
    [1200, 9e9],
    [800, 40],
  ] as const) {
    const xs = axisOf({ from: 0, to, width }, 0).ticks.map((tick) => tick.x)
    xs.slice(1).forEach((x, n) => {
      expect(x - (xs[n] ?? 0)).toBeGreaterThanOrEqual(87.9)
    })
  }
})

test('marks a silence that is drawn short with its true length, and no moment inside of it', () => {
  const warp = shorten([{ from: 2 * minute, to: 62 * minute }], minute / 2)
  const scale = { from: 0, to: 66 * minute, width: 650, warp }
  const { ticks, breaks } = axisOf(scale, 0)
  expect(breaks).toMatchObject([{ x: 200, width: 50, ms: 60 * minute, label: '1h 00m idle' }])
  expect(ticks.map(({ x }) => x).filter((x) => x > 200.1 && x < 249.9)).toEqual([])
  expect(ticks.map(({ label }) => label)).toEqual(expect.arrayContaining(['0', '1m', '1h 4m']))
})

test('never writes one label over another', () => {
  const idle = [1, 3, 5, 7].map((n) => ({ from: n * minute, to: n * minute + 40_000 + n }))
  const scale = { from: 0, to: 8 * minute, width: 360, warp: shorten(idle, 9_000) }
  const { ticks, breaks } = axisOf(scale, 0)
  const labels = [
    ...breaks.filter(({ label }) => label).map(({ label, labelX }) => [labelX, labelX + widthOf(label)] as const),
    ...ticks.filter(({ label }) => label).map(({ label, x }) => [x + 5, x + 5 + widthOf(label)] as const),
  ].sort((a, b) => a[0] - b[0])
  expect(labels.length).toBeGreaterThan(2)
  labels.slice(1).forEach(([left], n) => {
    expect(left).toBeGreaterThanOrEqual(labels[n]?.[1] ?? 0)
  })
  expect(breaks.filter(({ label }) => label).map(({ ms }) => ms)).toContain(40_007)
})

test('shows of a silence what lies on the scale', () => {
  const warp = shorten([{ from: minute, to: 3 * minute }], minute)
  const scale = { from: 2 * minute, to: 4 * minute, width: 300, warp }
  expect(breaksOf(scale)).toMatchObject([{ x: 0, width: 100, ms: 2 * minute }])
  expect(xOf(scale, 3 * minute)).toBeCloseTo(100)
  expect(breaksOf({ ...scale, from: 3 * minute })).toEqual([])
})

test('says when a moment is as exactly as a pixel shows it, and that nothing happened then', () => {
  const warp = shorten([{ from: minute, to: 3 * minute }], minute)
  const scale = { from: 0, to: 4 * minute, width: 300, warp }
  expect(placeOf(scale, minute / 2, 0)).toEqual({ x: 50, label: '+30.0s' })
  expect(placeOf(scale, 2 * minute, 0)).toEqual({ x: 150, label: '+2:00.0 idle' })
  expect(placeOf({ from: 0, to: 3_000, width: 300 }, 1_234, 0)).toEqual({ x: 123.4, label: '+1.234s' })
  expect(placeOf(scale, 5 * minute, 0)).toBeNull()
})
