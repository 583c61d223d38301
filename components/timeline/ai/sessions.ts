import { type AiItem, type Entry, itemsOf, type ModelCall } from '#components/timeline/ai/aiItems.ts'
import { artifactOf } from '#components/timeline/ai/artifacts.ts'
import { changeOf } from '#components/timeline/ai/changes.ts'
import { comparisonsOf } from '#components/timeline/ai/comparisons.ts'
import { type Again, attemptAfter, doneAgain } from '#components/timeline/ai/doneAgain.ts'
import { addCosts, findPhases, type PhaseCost, type Span } from '#components/timeline/ai/phases.ts'
import { addTokens, noTokens, type TokenParts, tokenParts } from '#components/timeline/ai/tokenParts.ts'
import { type Comparison, identityOf, subjectOf, type ToolCall } from '#components/timeline/ai/toolCalls.ts'
import { findWait } from '#components/timeline/ai/waits.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { Leaf, Structure } from '#components/timeline/data/structure.ts'
import { type NodeStatus, stepStatus } from '#components/timeline/layout/status.ts'
import type { Event } from '#domain/events/envelope.ts'
import { addDecimals } from '#domain/job/decimal.ts'
import type { JobView } from '#domain/job/replay.ts'

/** What the view is made from: a job as it is, or as it was. */
export type AiSource = {
  view: JobView
  structure: Pick<Structure, 'leaves' | 'attempts'>
  eventAt(seq: number): Event | null
}

/** What one run of a step did with models and tools, in its order. */
export type AiSession = {
  key: string
  name: string
  /** the event that opens it: the step's start */
  seq: number
  attempt: number
  status: NodeStatus
  /** the later run of the same step, or the later attempt, that did again what failed here */
  again: Again | null
  /** what was spent without getting further: all of a session that was done again, else its phases; null: nothing */
  lost: PhaseCost | null
  /** of its AI events, ascending */
  seqs: number[]
  /** first and last moment of its AI events */
  from: number
  to: number
  items: AiItem[]
  calls: ModelCall[]
  toolCalls: number
  failedTools: number
  tokens: TokenParts
  /** decimal text by currency, of the calls that carry a cost */
  cost: Record<string, string>
  waitedMs: number
}

/** All AI events of a job as sessions, in the order of their first event. */
export function aiSessions(source: AiSource): AiSession[] {
  const groups = new Map<string, Leaf[]>()
  for (const leaf of source.structure.leaves) {
    const key = leaf.step ?? `job/${leaf.attempt}`
    const group = groups.get(key)
    if (group) group.push(leaf)
    else groups.set(key, [leaf])
  }
  const comparisons = comparisonsOf(source)
  return [...groups].map(([key, leaves]) => sessionOf(source, { key, leaves, comparisons }))
}

type Group = { key: string; leaves: Leaf[]; comparisons: ReadonlyMap<number, Comparison> }

function sessionOf(source: AiSource, group: Group): AiSession {
  const { key, leaves } = group
  const { view, structure } = source
  const step = view.steps.get(key)
  const number = leaves[0]?.attempt ?? 1
  const attempt = structure.attempts.find((candidate) => candidate.number === number)
  const session: AiSession = {
    key,
    name: step ? visibleText(step.name) : 'The job itself',
    seq: step?.startedSeq ?? leaves[0]?.seq ?? 1,
    attempt: number,
    status: step && attempt ? stepStatus(step, attempt) : 'plain',
    again: step && attempt ? doneAgain(source, step, attempt) : attemptAfter(source, number),
    lost: null,
    seqs: leaves.map(({ seq }) => seq),
    from: Number.POSITIVE_INFINITY,
    to: 0,
    items: [],
    calls: [],
    toolCalls: 0,
    failedTools: 0,
    tokens: noTokens,
    cost: {},
    waitedMs: 0,
  }
  const entries: Entry[] = []
  const failedBefore = new Map<string, number>()
  for (const { seq } of leaves) {
    const event = source.eventAt(seq)
    if (event !== null && event.payload !== null) take(source, { session, entries, failedBefore, group }, event)
  }
  const spans = findPhases(entries)
  session.items = itemsOf(entries, spans)
  session.lost = lostIn(session, spans)
  return session
}

function lostIn(session: AiSession, spans: readonly Span[]): PhaseCost | null {
  const { from, to, tokens, cost } = session
  if (session.again) return { ms: Math.max(0, to - from), tokens, money: cost }
  return spans.length === 0 ? null : spans.map(({ phase }) => phase.cost).reduce(addCosts)
}

type Taking = { session: AiSession; entries: Entry[]; failedBefore: Map<string, number>; group: Group }

function take(source: AiSource, { session, entries, failedBefore, group }: Taking, event: Event): void {
  const at = Date.parse(event.recordedAt)
  const from = event.type === 'ai.tool_called' ? at - (event.payload.durationMs ?? 0) : at
  const wait = session.to === 0 ? null : findWait(source, { from: session.to, to: from, isModel: isModelCall(event) })
  if (wait) {
    entries.push({ kind: 'wait', wait })
    session.waitedMs += wait.ms
  }
  session.from = Math.min(session.from, from)
  session.to = Math.max(session.to, at)
  switch (event.type) {
    case 'ai.tokens_used': {
      const call = modelCall(event.seq, at, event.payload)
      session.calls.push(call)
      entries.push({ kind: 'call', call })
      session.tokens = addTokens(session.tokens, call.tokens)
      if (call.cost) {
        const { amount, currency } = call.cost
        session.cost[currency] = addDecimals(session.cost[currency] ?? '0', amount)
      }
      return
    }
    case 'ai.tool_called': {
      const { tool, durationMs = null, error, arguments: given } = event.payload
      const identity = identityOf(event)
      const retryOf = identity === null ? null : (failedBefore.get(identity) ?? null)
      if (identity !== null) {
        if (error) failedBefore.set(identity, event.seq)
        else failedBefore.delete(identity)
      }
      const call: ToolCall = {
        seq: event.seq,
        tool: visibleText(tool),
        subject: subjectOf(given),
        from,
        to: at,
        durationMs,
        error: error ? visibleText(error.message) : null,
        retryOf,
        comparison: group.comparisons.get(event.seq) ?? null,
      }
      session.toolCalls++
      if (error) session.failedTools++
      entries.push({ kind: 'tool', call, identity, change: changeOf(event) })
      return
    }
    case 'ai.artifact_created':
      entries.push({ kind: 'artifact', artifact: artifactOf(source, event) })
      return
    default:
  }
}

function isModelCall({ type }: Event): boolean {
  return type === 'ai.tokens_used'
}

function modelCall(seq: number, at: number, payload: Parameters<typeof tokenParts>[0]): ModelCall {
  const { provider, model, cost } = payload
  return {
    seq,
    at,
    provider: visibleText(provider),
    model: visibleText(model),
    tokens: tokenParts(payload),
    cost: cost ? { amount: cost.amount, currency: cost.currency } : null,
  }
}
