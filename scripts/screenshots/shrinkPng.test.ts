import { crc32, deflateSync, inflateSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { shrinkPng } from '#scripts/screenshots/shrinkPng.ts'

const signature = '89504e470d0a1a0a'

function chunk(type: string, body: Buffer): Buffer {
  const [length, sum, named] = [Buffer.alloc(4), Buffer.alloc(4), Buffer.concat([Buffer.from(type), body])]
  length.writeUInt32BE(body.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

/** A picture two pixels wide, of rows as they are in the file: a filter, then bytes. */
function picture(rows: readonly number[][], colorType: 2 | 6): Buffer {
  const header = Buffer.from([0, 0, 0, 2, 0, 0, 0, 0, 8, colorType, 0, 0, 0])
  header.writeUInt32BE(rows.length, 4)
  const data = chunk('IDAT', deflateSync(Buffer.from(rows.flat())))
  return Buffer.concat([Buffer.from(signature, 'hex'), chunk('IHDR', header), data, chunk('IEND', Buffer.alloc(0))])
}

/** The pixels of a picture with a palette, as `rrggbb`. */
function pixels(png: Buffer): string[] {
  expect(png.toString('hex', 0, 8)).toBe(signature)
  const parts = new Map<string, Buffer>()
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(png.subarray(at + 4, at + 8 + length)))
    parts.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  const width = parts.get('IHDR')?.readUInt32BE(0) ?? 0
  const colors = parts.get('PLTE')?.toString('hex').match(/.{6}/g) ?? []
  const rows = inflateSync(parts.get('IDAT') ?? Buffer.alloc(0))
  return [...rows].filter((_, at) => at % (width + 1) !== 0).map((index) => colors[index] ?? 'none')
}

it('keeps every pixel of a picture of few colours, whatever filters its rows have', () => {
  const rows = [
    [0, 10, 20, 30, 40, 50, 60],
    [1, 10, 20, 30, 30, 30, 30],
    [2, 0, 0, 0, 1, 1, 1],
    [3, 5, 10, 15, 250, 0, 3],
    [4, 1, 2, 3, 255, 0, 7],
  ]
  expect(pixels(shrinkPng(picture(rows, 2)))).toEqual([
    ...['0a141e', '28323c'],
    ...['0a141e', '28323c'],
    ...['0a141e', '29333d'],
    ...['0a141e', '132330'],
    ...['0b1621', '122337'],
  ])
})

it('leaves the alpha of an opaque picture out', () => {
  expect(pixels(shrinkPng(picture([[0, 1, 2, 3, 255, 4, 5, 6, 255]], 6)))).toEqual(['010203', '040506'])
})

it('gives what is beyond 256 colours the nearest of those that are kept', () => {
  const row = (red: number, green: number) => [0, red, green, 0, red, green, 0]
  const common = Array.from({ length: 256 }, (_, n) => row(n, 0))
  const shrunk = pixels(shrinkPng(picture([...common, [0, 100, 0, 1, 200, 0, 1]], 2)))
  expect(shrunk.slice(-2)).toEqual(['640000', 'c80000'])
  expect(new Set(shrunk).size).toBe(256)
})

it('keeps a rare colour that is like no other', () => {
  const greys = Array.from({ length: 255 }, (_, n) => [0, n, n, n, n, n, n + 1])
  expect(pixels(shrinkPng(picture([...greys, [0, 255, 0, 0, 9, 9, 9]], 2)))).toContain('ff0000')
})

it('refuses what it cannot read', () => {
  expect(() => shrinkPng(Buffer.from('<svg/>'))).toThrow('no PNG')
})
