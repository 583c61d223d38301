import { WaybillError } from '#domain/errors.ts'
import { noAnswer } from '#sdk/wire/problem.ts'

/**
 * The next piece of a stream, or an error once it was silent for too long: a half-open connection looks like a job in
 * which nothing happens. The clock runs only while we wait, so a slow reader is no silence.
 */
export async function readWithin(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { url, ms, cut }: { url: string; ms: number; cut: AbortController },
): Promise<Uint8Array | null> {
  const timer = setTimeout(() => {
    cut.abort(new WaybillError('SERVER_UNREACHABLE', `The event stream was silent for ${ms} ms, heartbeats included.`))
  }, ms)
  try {
    const { done, value } = await reader.read()
    return done ? null : value
  } catch (cause) {
    throw noAnswer(url, cut.signal.aborted ? cut.signal.reason : cause)
  } finally {
    clearTimeout(timer)
  }
}
