import { safeLink } from '#components/timeline/ansi/safeLink.ts'
import { harmlessUntil } from '#components/timeline/ansi/visibleControls.ts'
import { applySgr } from '#domain/ansi/applySgr.ts'
import { scanLine } from '#domain/ansi/scanLine.ts'
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
  /** states of the line that were overwritten or erased */
  overwritten: number
  /** characters that are not shown because the line is longer than the limit */
  cut: number
}

/** Characters of one line that are drawn: a line of 64 KiB would cost a frame each time it scrolls into view. */
export const shownCharacters = 2000

/**
 * What a line of raw output looks like: ANSI styles and links as segments, all else that is no text as visible stand-ins.
 * Of a line that was overwritten its last state, as a terminal leaves a progress bar (scanLine).
 *
 * @param onState given what a state of the line looked like when it was overwritten
 */
export function readLine(line: string, start: SgrStyle, onState?: (segments: Segment[]) => void): ReadLine {
  const out: ReadLine = { segments: [], style: start, overwritten: 0, cut: 0 }
  let href: string | null = null
  let shown = 0
  const show = (at: number, text: string, control: boolean) => {
    const room = shownCharacters - shown
    if (room > 0) out.segments.push({ at, text: text.slice(0, room), style: out.style, href, control })
    out.cut += Math.max(0, text.length - Math.max(0, room))
    shown += text.length
  }
  scanLine(line, (piece) => {
    if (piece.kind === 'cleared') {
      onState?.(out.segments)
      out.segments = []
      out.overwritten++
      out.cut = 0
      shown = 0
    } else if (piece.kind === 'escape') {
      const { sequence } = piece
      if (sequence.kind === 'sgr') out.style = applySgr(out.style, sequence.parameters)
      if (sequence.kind === 'link') href = sequence.uri === null ? null : safeLink(sequence.uri)
      if (sequence.kind === 'broken') show(piece.from, '\x1b', true)
    } else if (piece.kind === 'text') {
      const text = line.slice(piece.from, piece.to)
      for (let at = 0; at < text.length; ) {
        const end = harmlessUntil(text, at)
        const run = end === at ? String.fromCodePoint(text.codePointAt(at) ?? 0) : text.slice(at, end)
        show(piece.from + at, run, end === at)
        at += run.length
      }
    }
  })
  return out
}
