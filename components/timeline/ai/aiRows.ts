import type { Artifact } from '#components/timeline/ai/artifacts.ts'
import type { AiSession, ModelCall, ToolCall } from '#components/timeline/ai/sessions.ts'
import type { Wait } from '#components/timeline/ai/waits.ts'

/** A row of the view and its height in pixels, which is known before it is drawn: ten thousand rows are only counted. */
export type AiRow = { key: string; height: number; session: AiSession } & (
  | { kind: 'session' }
  | { kind: 'call'; call: ModelCall; number: number }
  | { kind: 'tool'; call: ToolCall; isInFold: boolean; isOpen: boolean }
  | { kind: 'fold'; calls: ToolCall[]; failed: number; ms: number; isOpen: boolean }
  | { kind: 'detail'; seq: number }
  | { kind: 'wait'; wait: Wait }
  | { kind: 'artifact'; artifact: Artifact }
)

type Bare<R> = R extends AiRow ? Omit<R, 'session'> : never

/** So many calls of one tool in a row become one row. */
export const foldToolsFrom = 3

export type AiRowHeights = { session: number; emptySession: number; row: number; detail: number; artifact: number }

/**
 * The rows of the sessions, top to bottom.
 *
 * @param open keys of the folds and calls that the reader opened
 */
export function aiRows(sessions: readonly AiSession[], open: ReadonlySet<string>, heights: AiRowHeights): AiRow[] {
  const rows: AiRow[] = []
  for (const session of sessions) {
    const put = (row: Bare<AiRow>) => rows.push({ ...row, session })
    const tool = (call: ToolCall, isInFold: boolean) => {
      const key = `tool:${call.seq}`
      const isOpen = open.has(key)
      put({ kind: 'tool', key, height: heights.row, call, isInFold, isOpen })
      if (isOpen) put({ kind: 'detail', key: `detail:${call.seq}`, height: heights.detail, seq: call.seq })
    }
    const height = session.calls.length > 0 ? heights.session : heights.emptySession
    put({ kind: 'session', key: `session:${session.key}`, height })
    let number = 0
    for (const item of session.items) {
      switch (item.kind) {
        case 'call':
          number++
          put({ kind: 'call', key: `call:${item.call.seq}`, height: heights.row, call: item.call, number })
          break
        case 'wait':
          put({ kind: 'wait', key: `wait:${item.wait.from}`, height: heights.row, wait: item.wait })
          break
        case 'artifact': {
          const { artifact } = item
          put({ kind: 'artifact', key: `artifact:${artifact.seq}`, height: heights.artifact, artifact })
          break
        }
        case 'tools': {
          const { calls } = item
          if (calls.length < foldToolsFrom) {
            for (const call of calls) tool(call, false)
            break
          }
          const key = `fold:${calls[0]?.seq}`
          const isOpen = open.has(key)
          const failed = calls.filter((call) => call.error !== null).length
          const ms = calls.reduce((sum, call) => sum + (call.durationMs ?? 0), 0)
          put({ kind: 'fold', key, height: heights.row, calls, failed, ms, isOpen })
          if (isOpen) for (const call of calls) tool(call, true)
        }
      }
    }
  }
  return rows
}

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
    case 'session':
      return row.session.seq
    default:
      return 0
  }
}

/** The row that shows an event, or the closed fold it lies in; -1 if none does. */
export function rowOfSeq(rows: readonly AiRow[], seq: number): number {
  return rows.findIndex((row) =>
    row.kind === 'fold' ? !row.isOpen && row.calls.some((call) => call.seq === seq) : seqOfRow(row) === seq,
  )
}
