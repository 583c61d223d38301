import { crc32, deflateSync, inflateSync } from 'node:zlib'

type Pixels = { width: number; height: number /** 0xRRGGBB, row by row */; colors: Uint32Array }

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const most = 256

/**
 * The same picture with at most 256 colours, a byte a pixel: about a third of what a browser writes. Made for pictures of
 * pages, whose few colours come in many shades only where letters are smoothed.
 *
 * @param png 8 bits a channel, with or without alpha, not interlaced, as Chromium writes it
 */
export function shrinkPng(png: Buffer): Buffer {
  const { width, height, colors } = readPng(png)
  const { palette, indexOf } = choosePalette(colors)
  const rows = Buffer.alloc(height * (width + 1))
  for (let y = 0, from = 0, to = 0; y < height; y++) {
    // rows are not filtered: neighbouring numbers in a palette say nothing about each other
    rows[to++] = 0
    for (let x = 0; x < width; x++) rows[to++] = indexOf(colors[from++] ?? 0)
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3, 0, 0, 0], 8)
  const colorTable = Buffer.from(palette.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]))
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', colorTable),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/**
 * Takes the commonest colour, then again and again the one that is missed most: by how far it is from those taken, and by
 * the square root of how often it is there. By numbers alone the greys of letters would leave no room for a red tick.
 */
function choosePalette(colors: Uint32Array): { palette: number[]; indexOf: (color: number) => number } {
  const counts = new Map<number, number>()
  for (const color of colors) counts.set(color, (counts.get(color) ?? 0) + 1)
  const candidates = [...counts].map(([color, count]) => ({ color, weight: Math.sqrt(count), missed: 1, index: 0 }))
  const palette: number[] = []
  while (palette.length < Math.min(most, candidates.length)) {
    const { color } = candidates.reduce((a, b) => (b.missed * b.weight > a.missed * a.weight ? b : a))
    for (const candidate of candidates) {
      const distance = distanceOf(candidate.color, color)
      if (palette.length > 0 && distance >= candidate.missed) continue
      candidate.missed = distance
      candidate.index = palette.length
    }
    palette.push(color)
  }
  const known = new Map(candidates.map(({ color, index }) => [color, index]))
  return { palette, indexOf: (color) => known.get(color) ?? 0 }
}

/** An eye sees green best and blue least. */
function distanceOf(one: number, other: number): number {
  const red = (one >> 16) - (other >> 16)
  const green = ((one >> 8) & 255) - ((other >> 8) & 255)
  const blue = (one & 255) - (other & 255)
  return 3 * red * red + 6 * green * green + blue * blue
}

function readPng(png: Buffer): Pixels {
  if (!png.subarray(0, 8).equals(signature)) throw new Error('this is no PNG')
  const data: Buffer[] = []
  let [width, height, bytes] = [0, 0, 0]
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    const type = png.toString('latin1', at + 4, at + 8)
    const body = png.subarray(at + 8, at + 8 + length)
    at += length + 12
    if (type === 'IDAT') data.push(body)
    if (type !== 'IHDR') continue
    ;[width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)]
    bytes = { 2: 3, 6: 4 }[body[9] ?? -1] ?? 0
    if (body[8] !== 8 || bytes === 0 || body[12] !== 0) throw new Error(`cannot read a PNG of this kind: ${body[9]}`)
  }
  return { width, height, colors: colorsOf(inflateSync(Buffer.concat(data)), { width, height, bytes }) }
}

/** Undoes the filters of PNG §9. */
function colorsOf(rows: Buffer, { width, height, bytes }: { width: number; height: number; bytes: number }) {
  const colors = new Uint32Array(width * height)
  const length = width * bytes
  let above = new Uint8Array(length)
  for (let y = 0; y < height; y++) {
    const start = y * (length + 1)
    const filter = rows[start] ?? 0
    const row = Uint8Array.prototype.slice.call(rows, start + 1, start + 1 + length)
    for (let x = 0; x < length; x++) {
      const left = x < bytes ? 0 : (row[x - bytes] ?? 0)
      const up = above[x] ?? 0
      const corner = x < bytes ? 0 : (above[x - bytes] ?? 0)
      row[x] = (row[x] ?? 0) + predict(filter, { left, up, corner })
    }
    for (let x = 0; x < width; x++) {
      const at = x * bytes
      colors[y * width + x] = ((row[at] ?? 0) << 16) | ((row[at + 1] ?? 0) << 8) | (row[at + 2] ?? 0)
    }
    above = row
  }
  return colors
}

function predict(filter: number, { left, up, corner }: { left: number; up: number; corner: number }): number {
  if (filter === 0) return 0
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 3) return (left + up) >> 1
  const guess = left + up - corner
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)]
  if (a <= b && a <= c) return left
  return b <= c ? up : corner
}

function chunk(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body])
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}
