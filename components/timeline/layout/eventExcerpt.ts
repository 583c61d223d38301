import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import { eventSummary } from '#components/timeline/layout/eventSummary.ts'
import { plainText } from '#domain/ansi/plainText.ts'
import type { Event } from '#domain/events/envelope.ts'
import { linesOf } from '#domain/job/lines.ts'

/** What an event says, in harmless text of a few lines: output as it was written, without its empty lines; else its summary. */
export function eventExcerpt(event: Event, most: number): string {
  if (event.type !== 'step.output' || event.payload === null) return `${event.type} · ${eventSummary(event)}`
  const lines = linesOf(event.payload.text, event.payload.encoding)
    .map((line) => visibleText(plainText(line)))
    .filter((line) => line.trim() !== '')
  return [...lines.slice(0, most), ...(lines.length > most && most > 1 ? ['…'] : [])].join('\n')
}
