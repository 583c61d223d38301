import { safeLink } from '#components/timeline/ansi/safeLink.ts'
import { harmlessUntil } from '#components/timeline/ansi/visibleControls.ts'
import { applySgr } from '#domain/ansi/applySgr.ts'
import { readEscape } from '#domain/ansi/scanEscapes.ts'
import type { SgrStyle } from '#domain/ansi/style.ts'

/** A run of text of one look. `control`: `text` is one character that must be shown as a stand-in, never as itself. */
export type Segment = {
  /** where in the line it begins */ at: number
  text: string
  style: SgrStyle
  href: string | null
  control: boolean
}

export type ReadLine = {
  segments: Segment[]
  /** style in force after the line */
  style: SgrStyle
  /** how often a carriage return took the line back to its start */
  overwritten: number
  /** characters that are not shown because the line is longer than the limit */
  cut: number
}

/** Characters of one line that are drawn: a line of 64 KiB would cost a frame each time it scrolls into view. */
export const shownCharacters = 2000

/**
 * What a line of raw output looks like: ANSI styles and links as segments, all else that is no text as visible stand-ins.
 * A carriage return shows the line's last state, as a terminal does with a progress bar.
 */
export function readLine(line: string, start: SgrStyle): ReadLine {
  const raw = line.endsWith('\r') ? line.slice(0, -1) : line
  const out: ReadLine = { segments: [], style: start, overwritten: 0, cut: 0 }
  let href: string | null = null
  let shown = 0
  let at = 0
  while (at < raw.length) {
    const char = raw[at] ?? ''
    if (char === '\x1b') {
      const sequence = readEscape(raw, at)
      if (sequence.kind === 'sgr') out.style = applySgr(out.style, sequence.parameters)
      if (sequence.kind === 'link') href = sequence.uri === null ? null : safeLink(sequence.uri)
      if (sequence.kind === 'broken') out.segments.push({ at, text: char, style: out.style, href, control: true })
      at = sequence.end
    } else if (char === '\r') {
      out.segments = []
      out.overwritten++
      out.cut = 0
      shown = 0
      at++
    } else {
      const end = harmlessUntil(raw, at)
      const control = end === at
      const text = control ? String.fromCodePoint(raw.codePointAt(at) ?? 0) : raw.slice(at, end)
      const room = shownCharacters - shown
      if (room > 0) out.segments.push({ at, text: text.slice(0, room), style: out.style, href, control })
      out.cut += Math.max(0, text.length - Math.max(0, room))
      shown += text.length
      at += text.length
    }
  }
  return out
}
