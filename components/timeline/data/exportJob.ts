import type { JobReads } from '#components/timeline/data/jobReads.ts'
import type { Line } from '#components/timeline/data/openPage.ts'
import { plainText } from '#domain/ansi/plainText.ts'
import type { Event } from '#domain/events/envelope.ts'
import { linesOf } from '#domain/job/lines.ts'

/** A piece of a file, and how much of the whole has been read with it: 0 to 1. */
export type Exported = { text: string; part: number }

const eventsAtOnce = 1000

/**
 * Lines of output as text: what each shows, without escape sequences.
 *
 * @param pages all lines from the first, a page's at a time
 * @param total how many there will be
 * @param reads for lines of which a page has only the beginning
 * @throws if the server does not answer
 */
export async function* exportOutput(
  pages: AsyncIterable<readonly Line[]>,
  total: number,
  reads: Pick<JobReads, 'events'>,
): AsyncGenerator<Exported> {
  let place = { seq: 0, first: 0 }
  let done = 0
  for await (const page of pages) {
    const texts: string[] = []
    for (const line of page) {
      if (line.seq !== place.seq) place = { seq: line.seq, first: line.line }
      const text = line.wholeLength === null ? line.text : await wholeLine(reads, line, line.line - place.first)
      texts.push(plainText(text))
    }
    done += page.length
    yield { text: texts.map((text) => `${text}\n`).join(''), part: done / total }
  }
}

/** Events 1 through `head`, one JSON a line. @throws if the server does not answer */
export async function* exportEvents(reads: Pick<JobReads, 'events'>, head: number): AsyncGenerator<Exported> {
  for (let after = 0; after < head; ) {
    const { events } = await reads.events(after, Math.min(eventsAtOnce, head - after))
    const last = events.at(-1)
    if (!last) return
    yield { text: events.map((event) => `${JSON.stringify(event)}\n`).join(''), part: last.seq / head }
    after = last.seq
  }
}

/** A line of which the page has only the beginning. @param nth line of its event, from 0 */
async function wholeLine(reads: Pick<JobReads, 'events'>, { seq, text }: Line, nth: number): Promise<string> {
  const event: Event | undefined = (await reads.events(seq - 1, 1)).events[0]
  if (event?.type !== 'step.output' || event.payload === null) return text
  return linesOf(event.payload.text, event.payload.encoding)[nth] ?? text
}
