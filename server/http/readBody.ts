import { WaybillError } from '#domain/errors.ts'
import { limits } from '#domain/events/limits.ts'

/**
 * The text of a request's body, bounded while it comes in.
 *
 * @throws WaybillError BODY_TOO_LARGE, BODY_INCOMPLETE, UNSUPPORTED_MEDIA_TYPE, INVALID_JSON (no UTF-8)
 */
export async function readBody(request: Request): Promise<string> {
  refuseOtherMedia(request.headers)
  const declared = request.headers.get('content-length')
  if (declared === null) return decode(await readCounting(request))
  if (Number(declared) > limits.bodyBytes) throw tooLarge()
  // HTTP ends a body where its Content-Length says (RFC 9112 §6.3), whatever is sent: this one cannot be too large, and
  // reading it in one piece costs a third of a stream.
  return decode(new Uint8Array(await request.arrayBuffer().catch(incomplete)))
}

/** A chunked body says nothing of its size: it is counted as it comes. */
async function readCounting(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  const reader = request.body?.getReader()
  while (reader) {
    const { done, value } = await reader.read().catch(incomplete)
    if (done) break
    bytes += value.byteLength
    if (bytes > limits.bodyBytes) {
      // Not awaited: the sender may never stop, and has to hear the refusal meanwhile.
      reader.cancel().catch(() => {})
      throw tooLarge()
    }
    chunks.push(value)
  }
  return Buffer.concat(chunks)
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new WaybillError('INVALID_JSON', 'The body is not valid UTF-8, which JSON has to be (RFC 8259 §8.1).', {
      cause,
    })
  }
}

/** Tells apart by the header alone, before anything is read. @throws WaybillError UNSUPPORTED_MEDIA_TYPE */
export function refuseOtherMedia(headers: Headers): void {
  const type = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    throw new WaybillError(
      'UNSUPPORTED_MEDIA_TYPE',
      'The body must be JSON: send it with "content-type: application/json".',
    )
  }
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity'
  if (encoding !== 'identity') {
    // A few bytes of gzip can unpack to gigabytes.
    throw new WaybillError(
      'UNSUPPORTED_MEDIA_TYPE',
      'Compressed bodies are not accepted: send it without content-encoding.',
    )
  }
}

function tooLarge(): WaybillError {
  return new WaybillError(
    'BODY_TOO_LARGE',
    `The body is larger than the ${limits.bodyBytes} bytes (4 MiB) that one request may have; send several requests.`,
  )
}

function incomplete(cause: unknown): never {
  throw new WaybillError('BODY_INCOMPLETE', 'The connection was closed before the whole body had arrived.', { cause })
}
