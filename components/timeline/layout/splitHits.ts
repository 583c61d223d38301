import type { Range } from '#domain/search/matchLine.ts'

export type TextPart = { text: string; isHit: boolean /** where it begins in the text */; from: number }

/** A piece of a line cut at the ranges of the line that lie in it. @param at where the piece begins in the line */
export function splitHits(text: string, at: number, ranges: readonly Range[]): TextPart[] {
  const parts: TextPart[] = []
  let from = 0
  for (const [start, end] of ranges) {
    const first = Math.max(from, start - at)
    const last = Math.min(text.length, end - at)
    if (last <= first) continue
    if (first > from) parts.push({ text: text.slice(from, first), isHit: false, from })
    parts.push({ text: text.slice(first, last), isHit: true, from: first })
    from = last
  }
  if (from < text.length || parts.length === 0) parts.push({ text: text.slice(from), isHit: false, from })
  return parts
}
