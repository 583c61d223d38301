import { editScript } from '#components/timeline/ai/diff/editScript.ts'

/** A part of a line, and whether it is what differs in it. */
export type DiffPart = { text: string; isChanged: boolean }

export type DiffRow =
  | { kind: 'same' | 'removed' | 'added'; parts: DiffPart[] }
  /** equal lines that are left out */
  | { kind: 'gap'; lines: number }

/** Equal lines shown around a change. */
const around = 2

/** What differs between two texts, as lines to show: removed and added ones, what surrounds them, and words that differ. */
export function diffRows(before: readonly string[], after: readonly string[]): DiffRow[] {
  const rows: DiffRow[] = []
  const edits = editScript(before, after)
  edits.forEach(({ op, items }, n) => {
    if (op === 'same') {
      rows.push(...surroundings(items, { isFirst: n === 0, isLast: n === edits.length - 1 }))
      return
    }
    const next = edits[n + 1]
    if (op === 'removed' && next?.op === 'added') {
      const pairs = items.map((line, at) => changedWords(line, next.items[at]))
      for (const pair of pairs) rows.push({ kind: 'removed', parts: pair.before })
      next.items.forEach((line, at) => {
        rows.push({ kind: 'added', parts: pairs[at]?.after ?? [{ text: line, isChanged: false }] })
      })
      return
    }
    // what was added in the place of something is told with it
    if (op === 'added' && edits[n - 1]?.op === 'removed') return
    for (const line of items) rows.push({ kind: op, parts: [{ text: line, isChanged: false }] })
  })
  return rows
}

function surroundings(lines: readonly string[], { isFirst, isLast }: { isFirst: boolean; isLast: boolean }): DiffRow[] {
  const shown = (some: readonly string[]): DiffRow[] =>
    some.map((text) => ({ kind: 'same', parts: [{ text, isChanged: false }] }))
  const head = isFirst ? 0 : around
  const tail = isLast ? 0 : around
  const left = lines.length - head - tail
  // a gap that hides one line is as tall as the line
  if (left <= 1) return shown(lines)
  return [...shown(lines.slice(0, head)), { kind: 'gap', lines: left }, ...shown(tail === 0 ? [] : lines.slice(-tail))]
}

/** Comparisons for the words of one line: a line may be a file that was never broken. */
const mostWords = 20_000

/** The words that differ between a line and the one in its place; none are marked if hardly anything is common. */
function changedWords(line: string, other: string | undefined): { before: DiffPart[]; after?: DiffPart[] } {
  const whole = (text: string) => [{ text, isChanged: false }]
  if (other === undefined) return { before: whole(line) }
  const edits = editScript(wordsOf(line), wordsOf(other), mostWords)
  const common = edits.reduce((sum, { op, items }) => sum + (op === 'same' ? items.join('').trim().length : 0), 0)
  if (common * 3 < Math.max(line.trim().length, other.trim().length))
    return { before: whole(line), after: whole(other) }
  const without = (left: 'removed' | 'added') =>
    edits.flatMap(({ op, items }) => (op === left ? [] : [{ text: items.join(''), isChanged: op !== 'same' }]))
  return { before: without('added'), after: without('removed') }
}

function wordsOf(line: string): string[] {
  return line.match(/[\p{L}\p{N}_]+|\s+|./gsu) ?? []
}
