/** What a step.output payload says of its bytes. */
export type OutputPiece = { text: string; encoding?: 'base64' }

// ignoreBOM keeps a leading BOM: it is a byte of the output like any other.
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/** Bytes of a piece: in JSON a control character takes six, and the whole payload may have 256 KiB. */
const PIECE_BYTES = 32 * 1024
const NEWLINE = 0x0a

/**
 * Output as one or more step.output texts of at most `most` bytes, whose bytes joined are the bytes given. Cut after a
 * newline where there is one in the second half of a piece, else between code points. A piece that holds NUL or is no
 * valid UTF-8 goes as base64.
 *
 * @param data bytes as they left the command, or text; half a surrogate pair, which has no bytes, becomes U+FFFD
 */
export function outputPieces(data: string | Uint8Array, most: number = PIECE_BYTES): OutputPiece[] {
  const bytes = typeof data === 'string' ? encoder.encode(data) : data
  const pieces: OutputPiece[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + most >= bytes.length ? bytes.length : at + cutPoint(bytes.subarray(at, at + most + 1), most)
    pieces.push(outputPiece(bytes.subarray(at, end)))
    at = end
  }
  return pieces
}

export function outputPiece(bytes: Uint8Array): OutputPiece {
  if (!bytes.includes(0)) {
    try {
      return { text: strict.decode(bytes) }
    } catch {
      // not UTF-8
    }
  }
  return { text: toBase64(bytes), encoding: 'base64' }
}

/** Where to end a piece of at most `most` bytes, given one byte more than that. */
export function cutPoint(bytes: Uint8Array, most: number): number {
  const newline = bytes.lastIndexOf(NEWLINE, most - 1)
  if (newline >= most / 2) return newline + 1
  let end = most
  // A continuation byte (10xxxxxx) must not begin the next piece; four in a row are no UTF-8 anyway.
  while (end > most - 4 && end > 1 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return end
}

/** RFC 4648 §4. In slices: a call takes only so many arguments. */
function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(binary)
}
