import { cutPoint } from '#sdk/emit/outputPieces.ts'

export type OutputStream = 'stdout' | 'stderr'
export type OutputChunk = { stream: OutputStream; bytes: Buffer }

/** When output becomes an event. Bytes and milliseconds. */
export const chunkLimits = {
  bytes: 16 * 1024,
  linesMs: 100,
  /** an unfinished line (a prompt, a progress bar) is shown after this, though it will count as a line of its own */
  partialMs: 1000,
}

/** Bytes of one stream that are not emitted yet. */
type Pending = {
  bytes: Buffer /** end of the last whole line in it */
  lines: number
  since: number
  partialSince: number
}

const NEWLINE = 0x0a
const empty: Buffer = Buffer.alloc(0)

/**
 * Gathers the output of a command into events: whole lines, up to 16 KiB or 100 ms together, in the order in which they
 * arrived on either stream. Pure but for `emit`: the caller brings the time.
 */
export type Chunker = {
  write(stream: OutputStream, data: Buffer, now: number): void
  /** Emits what has waited long enough. */
  tick(now: number): void
  /** When the next tick has something to do; null while nothing waits. */
  due(): number | null
  /** The stream is over: what is left of it goes out as it is. */
  end(stream: OutputStream): void
}

export function createChunker(emit: (chunk: OutputChunk) => void): Chunker {
  const pending: Record<OutputStream, Pending> = { stdout: nothing(), stderr: nothing() }

  function take(stream: OutputStream, count: number, now: number): void {
    const from = pending[stream]
    if (count === 0) return
    emit({ stream, bytes: from.bytes.subarray(0, count) })
    from.bytes = from.bytes.subarray(count)
    from.lines = Math.max(0, from.lines - count)
    from.since = now
    from.partialSince = now
  }

  function takeFull(stream: OutputStream, now: number): void {
    const from = pending[stream]
    while (from.bytes.length >= chunkLimits.bytes) {
      const newline = from.bytes.lastIndexOf(NEWLINE, chunkLimits.bytes - 1)
      take(stream, newline >= 0 ? newline + 1 : cutPoint(from.bytes, chunkLimits.bytes), now)
    }
  }

  return {
    write: (stream, data, now) => {
      // What came earlier on the other stream must not end up behind this.
      const other = stream === 'stdout' ? 'stderr' : 'stdout'
      take(other, pending[other].lines, now)
      const to = pending[stream]
      if (to.bytes.length === 0) to.since = to.partialSince = now
      const newline = data.lastIndexOf(NEWLINE)
      if (newline >= 0) {
        if (to.lines === 0) to.since = now
        to.lines = to.bytes.length + newline + 1
        to.partialSince = now
      }
      to.bytes = to.bytes.length === 0 ? data : Buffer.concat([to.bytes, data])
      takeFull(stream, now)
    },
    tick: (now) => {
      for (const stream of ['stdout', 'stderr'] as const) {
        const from = pending[stream]
        if (from.lines > 0 && now - from.since >= chunkLimits.linesMs) take(stream, from.lines, now)
        if (from.lines === 0 && now - from.partialSince >= chunkLimits.partialMs) {
          take(stream, from.bytes.length - unfinishedBytes(from.bytes), now)
        }
      }
    },
    due: () => {
      const times = Object.values(pending).flatMap((from) => {
        if (from.lines > 0) return [from.since + chunkLimits.linesMs]
        return from.bytes.length > 0 ? [from.partialSince + chunkLimits.partialMs] : []
      })
      return times.length === 0 ? null : Math.min(...times)
    },
    end: (stream) => take(stream, pending[stream].bytes.length, 0),
  }
}

function nothing(): Pending {
  return { bytes: empty, lines: 0, since: 0, partialSince: 0 }
}

/** How many bytes at the end begin a UTF-8 character whose rest has not come yet (0 to 3). */
function unfinishedBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back ? back : 0
  }
  return 0
}
