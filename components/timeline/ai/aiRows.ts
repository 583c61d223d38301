import type { AiItem } from '#components/timeline/ai/aiItems.ts'
import type { AiRow } from '#components/timeline/ai/aiRow.ts'
import type { AiSession } from '#components/timeline/ai/sessions.ts'
import type { ToolCall } from '#components/timeline/ai/toolCalls.ts'

/** So many calls of one tool in a row become one row. */
export const foldToolsFrom = 3

export type AiRowHeights = { session: number; emptySession: number; row: number; detail: number; artifact: number }

/** The rows of a session that did not grow are those it had: one of thousands grows at a time. */
type Made = { items: readonly AiItem[]; toggled: ReadonlySet<string>; heights: AiRowHeights; rows: AiRow[] }
const made = new WeakMap<AiSession, Made>()

type Making = { session: AiSession; heights: AiRowHeights; isOpen(key: string, byItself: boolean): boolean }
type Place = Pick<AiRow, 'parent' | 'within'>

/**
 * The rows of the sessions, top to bottom.
 *
 * @param toggled keys of what the reader opened or closed, another set when that changed: by themselves sessions and phases are open, folds and calls are not
 */
export function aiRows(sessions: readonly AiSession[], toggled: ReadonlySet<string>, heights: AiRowHeights): AiRow[] {
  const isOpen = (key: string, byItself: boolean) => toggled.has(key) !== byItself
  return sessions.flatMap((session) => {
    const { items } = session
    const known = made.get(session)
    if (known?.items === items && known.toggled === toggled && known.heights === heights) return known.rows
    const rows = sessionRows({ session, heights, isOpen })
    made.set(session, { items, toggled, heights, rows })
    return rows
  })
}

function sessionRows(making: Making): AiRow[] {
  const { session, heights } = making
  const key = `session:${session.key}`
  const isOpen = making.isOpen(key, true)
  const height = session.calls.length > 0 && isOpen ? heights.session : heights.emptySession
  const head: AiRow = { kind: 'session', key, height, session, isOpen, parent: null, within: null }
  return isOpen
    ? [head, ...session.items.flatMap((item) => itemRows(item, { parent: key, within: null }, making))]
    : [head]
}

function itemRows(item: AiItem, place: Place, making: Making): AiRow[] {
  const { session, heights } = making
  const shared = { ...place, session, height: heights.row }
  switch (item.kind) {
    case 'call':
      return [{ ...shared, kind: 'call', key: `call:${item.call.seq}`, call: item.call }]
    case 'wait':
      return [{ ...shared, kind: 'wait', key: `wait:${item.wait.from}`, wait: item.wait }]
    case 'artifact': {
      const { artifact } = item
      return [{ ...shared, kind: 'artifact', key: `artifact:${artifact.seq}`, height: heights.artifact, artifact }]
    }
    case 'tools':
      return toolRows(item.calls, place, making)
    case 'phase': {
      const { phase, items } = item
      const key = `phase:${phase.first.seq}`
      const isOpen = making.isOpen(key, true)
      const head: AiRow = { ...shared, kind: 'phase', key, phase, seqs: items.flatMap(seqsOf), isOpen }
      return isOpen
        ? [head, ...items.flatMap((inner) => itemRows(inner, { parent: key, within: phase }, making))]
        : [head]
    }
  }
}

function toolRows(calls: ToolCall[], place: Place, making: Making): AiRow[] {
  if (calls.length < foldToolsFrom) return calls.flatMap((call) => callRows({ call, isInFold: false }, place, making))
  const { session, heights } = making
  const key = `fold:${calls[0]?.seq}`
  const isOpen = making.isOpen(key, false)
  const failed = calls.filter((call) => call.error !== null).length
  const ms = calls.reduce((sum, call) => sum + (call.durationMs ?? 0), 0)
  const fold: AiRow = { ...place, kind: 'fold', key, height: heights.row, session, calls, failed, ms, isOpen }
  if (!isOpen) return [fold]
  return [fold, ...calls.flatMap((call) => callRows({ call, isInFold: true }, { ...place, parent: key }, making))]
}

function callRows(tool: { call: ToolCall; isInFold: boolean }, place: Place, making: Making): AiRow[] {
  const { session, heights } = making
  const { call } = tool
  const key = `tool:${call.seq}`
  const isOpen = making.isOpen(key, false)
  const row: AiRow = { ...place, ...tool, kind: 'tool', key, height: heights.row, session, isOpen }
  if (!isOpen) return [row]
  const { within } = place
  return [
    row,
    { kind: 'detail', key: `detail:${call.seq}`, height: heights.detail, session, call, parent: key, within },
  ]
}

function seqsOf(item: AiItem): number[] {
  switch (item.kind) {
    case 'call':
      return [item.call.seq]
    case 'tools':
      return item.calls.map((call) => call.seq)
    case 'artifact':
      return [item.artifact.seq]
    case 'phase':
      return item.items.flatMap(seqsOf)
    case 'wait':
      return []
  }
}
