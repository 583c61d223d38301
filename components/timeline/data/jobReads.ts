import type { EventPage } from '#domain/job/served.ts'
import type { LineOfSeq, LinePage } from '#domain/view/linePage.ts'

/** What the page asks the server for while it is looked at. Each throws if there is no answer. */
export type JobReads = {
  /**
   * @param page counted from 0
   * @param epoch as the outline told it: the browser keeps full pages of it
   */
  lines(page: number, epoch: string): Promise<LinePage>
  /** the first line at or after an event, counted from 0 */
  lineAt(seq: number): Promise<number>
  /** events after a seq; fewer than `limit` if they are large */
  events(after: number, limit: number): Promise<EventPage>
}

/** Milliseconds for an answer, slow lines included. Nothing else ends a request whose server has lost its route. */
const answerMs = 30_000

export function httpReads(jobId: string): JobReads {
  const base = `/runner-jobs/${encodeURIComponent(jobId)}`
  const read = async (path: string) => {
    const response = await fetch(base + path, { signal: AbortSignal.timeout(answerMs) })
    if (!response.ok) throw new Error(`GET ${base}${path}: ${response.status}`)
    return response.json()
  }
  return {
    lines: (page, epoch) => read(`/lines/${page}?epoch=${encodeURIComponent(epoch)}`),
    lineAt: async (seq) => ((await read(`/lines?seq=${seq}`)) as LineOfSeq).line - 1,
    events: (after, limit) => read(`/events?after=${after}&limit=${limit}`),
  }
}
