import { expect, test } from 'vitest'
import { connectWays, labelOf } from '#components/connect/snippets.ts'

test('carries the address it is shown at, and a label that tells way and visit apart', () => {
  const ways = connectWays('https://waybill.example.com', 'x7f3k2')
  for (const way of ways) {
    expect(way.code).toContain('https://waybill.example.com')
    expect(way.code).toContain(labelOf(way.id, 'x7f3k2'))
  }
  expect(new Set(ways.map((way) => labelOf(way.id, 'x7f3k2'))).size).toBe(3)
})

test('names no key, only where it is read from', () => {
  for (const way of connectWays('http://127.0.0.1:4100', 'v')) expect(way.code).not.toMatch(/wb_/)
})
