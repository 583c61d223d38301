import type { Artifact } from '#components/timeline/ai/artifacts.ts'
import type { Change } from '#components/timeline/ai/changes.ts'
import type { Phase, Span } from '#components/timeline/ai/phases.ts'
import type { TokenParts } from '#components/timeline/ai/tokenParts.ts'
import type { ToolCall } from '#components/timeline/ai/toolCalls.ts'
import type { Wait } from '#components/timeline/ai/waits.ts'

export type ModelCall = {
  seq: number
  at: number
  provider: string
  model: string
  tokens: TokenParts
  /** as the emitter reported it; null if it did not */
  cost: { amount: string; currency: string } | null
}

export type AiItem =
  | { kind: 'call'; call: ModelCall }
  /** calls of one tool, one after the other */
  | { kind: 'tools'; calls: ToolCall[] }
  | { kind: 'artifact'; artifact: Artifact }
  | { kind: 'wait'; wait: Wait }
  /** what led nowhere, or somewhere only at the second try; holds no further phase */
  | { kind: 'phase'; phase: Phase; items: AiItem[] }

/** One thing that happened in a session, before calls of one tool are put together. */
export type Entry =
  | Exclude<AiItem, { kind: 'tools' | 'phase' }>
  | { kind: 'tool'; call: ToolCall; identity: string | null; change: Change | null }

/** Calls of one tool that follow each other put together, and what belongs to a phase under it. */
export function itemsOf(entries: readonly Entry[], spans: readonly Span[]): AiItem[] {
  const items: AiItem[][] = []
  let done = 0
  for (const { from, to, phase } of spans) {
    const covered: AiItem = { kind: 'phase', phase, items: together(entries.slice(from, to + 1)) }
    items.push(together(entries.slice(done, from)), [covered])
    done = to + 1
  }
  return [...items, together(entries.slice(done))].flat()
}

function together(entries: readonly Entry[]): AiItem[] {
  const items: AiItem[] = []
  for (const entry of entries) {
    const last = items.at(-1)
    if (entry.kind !== 'tool') items.push(entry)
    else if (last?.kind === 'tools' && last.calls[0]?.tool === entry.call.tool) last.calls.push(entry.call)
    else items.push({ kind: 'tools', calls: [entry.call] })
  }
  return items
}
