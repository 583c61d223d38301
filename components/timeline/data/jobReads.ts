import type { Event } from '#domain/events/envelope.ts'
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
  /** by id; null: the job has none of that id */
  event(id: string): Promise<Event | null>
}

/** Milliseconds for an answer, slow lines included. Nothing else ends a request whose server has lost its route. */
const answerMs = 30_000

export function httpReads(jobId: string): JobReads {
  const base = `/runner-jobs/${encodeURIComponent(jobId)}`
  const ask = (path: string) => fetch(base + path, { signal: AbortSignal.timeout(answerMs) })
  const jsonOf = (path: string, response: Response) => {
    if (!response.ok) throw new Error(`GET ${base}${path}: ${response.status}`)
    return response.json()
  }
  const read = async (path: string) => jsonOf(path, await ask(path))
  return {
    lines: (page, epoch) => read(`/lines/${page}?epoch=${encodeURIComponent(epoch)}`),
    lineAt: async (seq) => ((await read(`/lines?seq=${seq}`)) as LineOfSeq).line - 1,
    event: async (id) => {
      const path = `/events/${encodeURIComponent(id)}`
      const response = await ask(path)
      return response.status === 404 ? null : jsonOf(path, response)
    },
    events: (after, limit) => read(`/events?after=${after}&limit=${limit}`),
  }
}
