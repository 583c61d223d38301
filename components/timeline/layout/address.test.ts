import fc from 'fast-check'
import { expect, test } from 'vitest'
import { address, arrange } from '#components/timeline/layout/address.ts'

test('says a range of time in seconds since the job was created, as exactly as it can be seen', () => {
  expect(address.time.write({ from: 61_250, to: 75_000 })).toBe('61.25-75')
  expect(address.time.write({ from: 61_250.4, to: 75_000.4 })).toBe('61.25-75')
  expect(address.time.write({ from: 1.25, to: 11.25 })).toBe('0.00125-0.01125')
  expect(address.time.write({ from: 3_600_000, to: 90_000_123 })).toBe('3600-90000')
  expect(address.time.read('61.25-75')).toEqual({ from: 61_250, to: 75_000 })
  expect(address.time.write(null)).toBeNull()
})

test('reads back what it wrote', () => {
  const range = fc.tuple(fc.double({ min: 0, max: 1e9, noNaN: true }), fc.double({ min: 10, max: 1e9, noNaN: true }))
  fc.assert(
    fc.property(range, ([from, length]) => {
      const text = address.time.write({ from, to: from + length })
      const read = address.time.read(text)
      expect(Math.abs((read?.from ?? 0) - from)).toBeLessThan(length / 2_000)
      expect(Math.abs((read?.to ?? 0) - from - length)).toBeLessThan(length / 2_000)
    }),
  )
  for (const seq of [1, 42, 812_440, null]) expect(address.at.read(address.at.write(seq))).toBe(seq)
  for (const view of ['split', 'ai', 'output'] as const) expect(address.view.read(address.view.write(view))).toBe(view)
  for (const query of ['', 'kind:stderr "saved card"'])
    expect(address.query.read(address.query.write(query))).toBe(query)
  for (const key of [null, '1/1/test']) expect(address.step.read(address.step.write(key))).toBe(key)
  for (const isShort of [true, false]) expect(address.isShort.read(address.isShort.write(isShort))).toBe(isShort)
})

test('takes what it cannot read for nothing', () => {
  for (const text of ['', '5', '5-', '-5', '5-5', '9-3', '1e3-2e3', '-1-5', '1.2345678-6', 'a-b']) {
    expect(address.time.read(text)).toBeNull()
  }
  for (const text of ['0', '-1', '01', '1.5', 'x', '99999999999999999']) expect(address.selected.read(text)).toBeNull()
  expect(address.view.read('nothing')).toBe('split')
  expect(address.isShort.read('yes')).toBe(false)
})

test('says nothing of what every page begins with', () => {
  const beginning = [address.selected, address.at, address.time, address.line, address.step].map((parameter) =>
    parameter.write(null),
  )
  const plain = [address.view.write('split'), address.isShort.write(false), address.query.write('')]
  expect([...beginning, ...plain].every((text) => text === null)).toBe(true)
})

test('is the same whichever parameter was set first', () => {
  const parameters = [
    ['sel', '7'],
    ['q', 'a b&c'],
    ['line', '64'],
    ['t', '1-2'],
    ['theme', 'x'],
  ]
  fc.assert(
    fc.property(fc.shuffledSubarray(parameters, { minLength: 5 }), (shuffled) => {
      const params = new URLSearchParams(shuffled)
      arrange(params)
      expect(params.toString()).toBe('theme=x&sel=7&q=a+b%26c&line=64&t=1-2')
    }),
  )
})
