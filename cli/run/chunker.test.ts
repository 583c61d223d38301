import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunkLimits, createChunker, type OutputChunk, type OutputStream } from '#cli/run/chunker.ts'

function collect() {
  const chunks: OutputChunk[] = []
  const chunker = createChunker((chunk) => chunks.push({ ...chunk, bytes: Buffer.from(chunk.bytes) }))
  const shown = () => chunks.map(({ stream, bytes }) => `${stream === 'stdout' ? 'o' : 'e'}:${bytes.toString()}`)
  return { chunks, chunker, shown }
}

const write = fc.record({
  kind: fc.constant('write' as const),
  stream: fc.constantFrom<OutputStream>('stdout', 'stderr'),
  data: fc
    .oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('\n', 'a\n', 'x'.repeat(9000)),
    )
    .map((data) => Buffer.from(data as string)),
})
const wait = fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 1500 }) })

describe('chunker', () => {
  it('gives every byte of each stream back, in order, in chunks of at most 16 KiB', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 3, arbitrary: write }, { weight: 1, arbitrary: wait })), (script) => {
        const { chunks, chunker } = collect()
        let now = 0
        for (const step of script) {
          if (step.kind === 'wait') {
            now += step.ms
            chunker.tick(now)
          } else {
            chunker.write(step.stream, step.data, now)
          }
        }
        chunker.end('stdout')
        chunker.end('stderr')
        for (const stream of ['stdout', 'stderr'] as const) {
          const sent = script.flatMap((step) => (step.kind === 'write' && step.stream === stream ? [step.data] : []))
          const got = chunks.filter((chunk) => chunk.stream === stream).map(({ bytes }) => bytes)
          expect(Buffer.concat(got).equals(Buffer.concat(sent))).toBe(true)
        }
        expect(Math.max(0, ...chunks.map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(chunkLimits.bytes)
        expect(chunker.due()).toBe(null)
      }),
    )
  })

  it('keeps whole lines together for 100 ms and holds an unfinished one back', () => {
    const { chunker, shown } = collect()
    chunker.write('stdout', Buffer.from('one\ntwo\nthr'), 0)
    chunker.tick(99)
    expect(shown()).toEqual([])
    expect(chunker.due()).toBe(100)
    chunker.tick(100)
    expect(shown()).toEqual(['o:one\ntwo\n'])
    chunker.write('stdout', Buffer.from('ee\n'), 150)
    chunker.tick(250)
    expect(shown()).toEqual(['o:one\ntwo\n', 'o:three\n'])
  })

  it('shows an unfinished line after a second, but never half a character', () => {
    const { chunker, shown } = collect()
    chunker.write('stdout', Buffer.from('Password: \u{1f511}').subarray(0, 12), 0)
    chunker.tick(999)
    expect(shown()).toEqual([])
    chunker.tick(1000)
    expect(shown()).toEqual(['o:Password: '])
    chunker.write('stdout', Buffer.from('Password: \u{1f511}').subarray(12), 1100)
    chunker.end('stdout')
    expect(shown()).toEqual(['o:Password: ', 'o:\u{1f511}'])
  })

  it('keeps the order in which lines of the two streams arrived', () => {
    const { chunker, shown } = collect()
    chunker.write('stdout', Buffer.from('a\n'), 0)
    chunker.write('stderr', Buffer.from('b\n'), 1)
    chunker.write('stdout', Buffer.from('c\nunfinished'), 2)
    chunker.write('stderr', Buffer.from('d\n'), 3)
    chunker.tick(500)
    expect(shown()).toEqual(['o:a\n', 'e:b\n', 'o:c\n', 'e:d\n'])
  })

  it('cuts a flood at the end of a line, and a line without an end between characters', () => {
    const { chunks, chunker } = collect()
    chunker.write('stdout', Buffer.from(`${'x'.repeat(10_000)}\n${'y'.repeat(10_000)}\n`), 0)
    expect(chunks.map(({ bytes }) => bytes.length)).toEqual([10_001])
    chunker.write('stderr', Buffer.from('€'.repeat(10_000)), 0)
    expect(chunks.at(-1)?.bytes.toString()).toBe('€'.repeat(5461))
  })
})
