import { styleText } from 'node:util'
import { describeEvent } from '#cli/tail/describeEvent.ts'
import { createTerminalFilter } from '#cli/tail/terminalFilter.ts'
import type { Event } from '#domain/events/envelope.ts'
import { outputBytes } from '#domain/job/lines.ts'

export type PrintMode = { kind: 'json' } | { kind: 'raw' } | { kind: 'text'; colours: boolean }

/** What to write for an event; keeps track of where the line stands. */
export function createEventPrinter(mode: PrintMode): (event: Event) => string | Uint8Array {
  if (mode.kind === 'json') return (event) => `${JSON.stringify(event)}\n`
  if (mode.kind === 'raw') {
    return (event) =>
      event.type === 'step.output' ? outputBytes(event.payload.text, event.payload.encoding) : new Uint8Array()
  }
  const filters = new Map<string, (text: string) => string>()
  let isLineStart = true
  const filterOf = (key: string) => {
    const filter = filters.get(key) ?? createTerminalFilter(mode.colours)
    filters.set(key, filter)
    return filter
  }
  return (event) => {
    if (event.type !== 'step.output') {
      const line = describeEvent(event)
      // A line of ours ends the colours that output may have left on, and never begins in the middle of one of its lines.
      const text = `${isLineStart ? '' : '\n'}${mode.colours ? `\u001b[0m${styleText('dim', line)}` : line}\n`
      isLineStart = true
      return text
    }
    const { stepId, stream, text, encoding } = event.payload
    const plain = encoding === undefined ? text : new TextDecoder().decode(outputBytes(text, encoding))
    const shown = filterOf(`${stream} ${stepId}`)(plain)
    if (shown !== '') isLineStart = shown.endsWith('\n')
    return shown
  }
}
