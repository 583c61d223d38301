import type { SearchMessage } from '#domain/search/messages.ts'

export type SearchOptions = {
  jobId: string
  /** a filter, docs/search.md */
  query: string
  limit?: number
  /** hits after or before a line, counted from 1 */
  after?: number
  before?: number
  signal: AbortSignal
}

/** What the server says of a search, as it says it. A refusal is its last message too. @throws if the server is away */
export async function* searchJob({ jobId, signal, ...options }: SearchOptions): AsyncGenerator<SearchMessage> {
  const parameters = new URLSearchParams({ q: options.query })
  for (const name of ['limit', 'after', 'before'] as const) {
    const value = options[name]
    if (value !== undefined) parameters.set(name, String(value))
  }
  const response = await fetch(`/runner-jobs/${encodeURIComponent(jobId)}/search?${parameters}`, { signal })
  if (!response.ok || !response.body) {
    yield { type: 'failed', problem: await response.json() }
    return
  }
  const decoder = new TextDecoder()
  let rest = ''
  const reader = response.body.getReader()
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    const lines = (rest + decoder.decode(chunk.value, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line)
  }
}
