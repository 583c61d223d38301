import type { FollowSource, TypePattern } from '#sdk/follow/follow.ts'
import { noAnswer, readProblem } from '#sdk/wire/problem.ts'
import { authorization } from '#sdk/wire/server.ts'

type Opening = {
  after: number
  /** later connections say Last-Event-ID, as an EventSource would */
  isFirst: boolean
  types: readonly TypePattern[] | undefined
  cut: AbortController
}

/** Opens the job's event stream; null when the server says that nothing can follow (204). */
export async function openStream(
  { server, jobId, requestMs }: FollowSource,
  { after, isFirst, types, cut }: Opening,
): Promise<ReadableStream<Uint8Array> | null> {
  const query = new URLSearchParams({
    ...(isFirst && { after: String(after) }),
    ...(types && { types: types.join(',') }),
  })
  const url = `${server.url}/runner-jobs/${encodeURIComponent(jobId)}/events/stream?${query}`
  const headers = {
    // With problems, or the server would hide a refusal in a stream, as it does for an EventSource.
    accept: 'text/event-stream, application/problem+json',
    ...(!isFirst && { 'last-event-id': String(after) }),
    ...authorization(server.key),
  }
  const timer = setTimeout(() => cut.abort(noAnswer(server.url, new Error(`silent for ${requestMs} ms`))), requestMs)
  let response: Response
  try {
    response = await server.fetch(url, { headers, signal: cut.signal, redirect: 'manual', cache: 'no-store' })
  } catch (cause) {
    throw noAnswer(server.url, cut.signal.aborted ? cut.signal.reason : cause)
  } finally {
    clearTimeout(timer)
  }
  if (response.status === 204) return null
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
  if (!response.ok || !isStream || !response.body) throw await readProblem(server.url, response)
  return response.body
}
