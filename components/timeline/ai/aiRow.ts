import type { ModelCall } from '#components/timeline/ai/aiItems.ts'
import type { Artifact } from '#components/timeline/ai/artifacts.ts'
import type { Phase } from '#components/timeline/ai/phases.ts'
import type { AiSession } from '#components/timeline/ai/sessions.ts'
import type { ToolCall } from '#components/timeline/ai/toolCalls.ts'
import type { Wait } from '#components/timeline/ai/waits.ts'

/** A row of the view and its height in pixels, which is known before it is drawn: ten thousand rows are only counted. */
export type AiRow = {
  key: string
  height: number
  session: AiSession
  /** key of the row that hides this one when it is closed */
  parent: string | null
  /** the phase it lies in */
  within: Phase | null
} & (
  | { kind: 'session'; isOpen: boolean }
  | { kind: 'phase'; phase: Phase; seqs: number[]; isOpen: boolean }
  | { kind: 'call'; call: ModelCall }
  | { kind: 'tool'; call: ToolCall; isInFold: boolean; isOpen: boolean }
  | { kind: 'fold'; calls: ToolCall[]; failed: number; ms: number; isOpen: boolean }
  | { kind: 'detail'; call: ToolCall }
  | { kind: 'wait'; wait: Wait }
  | { kind: 'artifact'; artifact: Artifact }
)

/** The event that selecting a row selects; 0 for rows that stand for none. */
export function seqOfRow(row: AiRow | undefined): number {
  switch (row?.kind) {
    case 'call':
    case 'tool':
      return row.call.seq
    case 'artifact':
      return row.artifact.seq
    case 'fold':
      return row.calls[0]?.seq ?? 0
    case 'phase':
      return row.phase.first.seq
    case 'session':
      return row.session.seq
    default:
      return 0
  }
}

/** The row that shows an event, or the closed one it lies in; -1 if none does. */
export function rowOfSeq(rows: readonly AiRow[], seq: number): number {
  // the last: a session, a phase or a fold may have the seq of its first call
  return rows.findLastIndex((row) => seqOfRow(row) === seq || ('isOpen' in row && !row.isOpen && holds(row, seq)))
}

function holds(row: AiRow, seq: number): boolean {
  switch (row.kind) {
    case 'session':
      return row.session.seqs.includes(seq)
    case 'phase':
      return row.seqs.includes(seq)
    case 'fold':
      return row.calls.some((call) => call.seq === seq)
    default:
      return false
  }
}

/** The seqs at which the keys for rows stop, each once, in the order of the rows. */
export function stopsOf(rows: readonly AiRow[]): number[] {
  return [...new Set(rows.map(seqOfRow))].filter((seq) => seq > 0)
}

/** Key of the row to open or close with the current one: itself, or what it lies in; null if there is none. */
export function keyToFold(row: AiRow | undefined, open: boolean): string | null {
  if (!row) return null
  if (open) return 'isOpen' in row && !row.isOpen ? row.key : null
  return 'isOpen' in row && row.isOpen ? row.key : row.parent
}
