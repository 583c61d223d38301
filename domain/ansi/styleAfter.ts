import { applySgr } from '#domain/ansi/applySgr.ts'
import { readEscape } from '#domain/ansi/scanEscapes.ts'
import type { SgrStyle } from '#domain/ansi/style.ts'

/**
 * The style in force at the end of a text, without making its segments: run once for each event as it arrives, so that
 * any line can later be drawn without reading those before it.
 */
export function styleAfter(text: string, style: SgrStyle): SgrStyle {
  let after = style
  let at = text.indexOf('\x1b')
  while (at !== -1) {
    const sequence = readEscape(text, at)
    if (sequence.kind === 'sgr') after = applySgr(after, sequence.parameters)
    at = text.indexOf('\x1b', sequence.end)
  }
  return after
}
