import { type AiItem, type Entry, itemsOf, type ModelCall } from '#components/timeline/ai/aiItems.ts'
import { artifactOf } from '#components/timeline/ai/artifacts.ts'
import { changeOf } from '#components/timeline/ai/changes.ts'
import { comparisonsOf } from '#components/timeline/ai/comparisons.ts'
import { type Again, attemptAfter, doneAgain } from '#components/timeline/ai/doneAgain.ts'
import { addCosts, findPhases, type PhaseCost, type Span } from '#components/timeline/ai/phases.ts'
import { addTokens, noTokens, sumOfTokens, type TokenParts, tokenParts } from '#components/timeline/ai/tokenParts.ts'
import { type Comparison, identityOf, subjectOf, type ToolCall } from '#components/timeline/ai/toolCalls.ts'
import { findWait } from '#components/timeline/ai/waits.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import { type Attempt, type Leaf, leafKey, type Structure } from '#components/timeline/data/structure.ts'
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
  /** tokens of the largest of them, in and out; 1 at least */
  mostTokens: number
  toolCalls: number
  failedTools: number
  tokens: TokenParts
  /** decimal text by currency, of the calls that carry a cost */
  cost: Record<string, string>
  waitedMs: number
}

/** What was read of a job's AI events: it goes on where it ended, for these only grow at their end. */
type Reading = { gates: string; taken: number; sessions: Map<string, Open> }
type Open = {
  session: AiSession
  attempt: Attempt | undefined
  entries: Entry[]
  spans: Span[]
  failedBefore: Map<string, number>
  /** what else than its AI events the session was made of */
  stamp: string
}
const readings = new WeakMap<AiSource['structure'], Reading>()

/**
 * All AI events of a job as sessions, in the order of their first event. Of a job that grew only what is new is read: ten
 * thousand events are not read again with each that comes. The sessions are the same objects, changed.
 */
export function aiSessions(source: AiSource): AiSession[] {
  const { view, structure } = source
  const gates = gatesNow(view)
  let reading = readings.get(structure)
  // a gate may explain a wait that came before it, or decide on an artifact
  if (reading?.gates !== gates) reading = { gates, taken: 0, sessions: new Map() }
  readings.set(structure, reading)
  const comparisons = comparisonsOf(source)
  const grown = new Set<Open>()
  for (; reading.taken < structure.leaves.length; reading.taken++) {
    const leaf = structure.leaves[reading.taken]
    if (!leaf) continue
    const key = leafKey(leaf)
    const open = reading.sessions.get(key) ?? beginSession(source, key, leaf)
    reading.sessions.set(key, open)
    open.session.seqs.push(leaf.seq)
    if (leaf.event.payload !== null) take(source, { ...open, comparisons }, leaf.event)
    grown.add(open)
  }
  const open = [...reading.sessions.values()]
  for (const each of open) refresh(source, each, grown.has(each))
  return open.map(({ session }) => session)
}

/** Tells a moment of the gates from every other. */
function gatesNow({ gates }: JobView): string {
  let newest = 0
  for (const { startedSeq, endedSeq } of gates.values()) newest = Math.max(newest, startedSeq, endedSeq ?? 0)
  return `${gates.size} ${newest}`
}

function beginSession({ view, structure }: AiSource, key: string, { seq, attempt: number }: Leaf): Open {
  const session: AiSession = {
    key,
    name: 'The job itself',
    seq: view.steps.get(key)?.startedSeq ?? seq,
    attempt: number,
    status: 'plain',
    again: null,
    lost: null,
    seqs: [],
    from: Number.POSITIVE_INFINITY,
    to: 0,
    items: [],
    calls: [],
    mostTokens: 1,
    toolCalls: 0,
    failedTools: 0,
    tokens: noTokens,
    cost: {},
    waitedMs: 0,
  }
  const attempt = structure.attempts.find((candidate) => candidate.number === number)
  return { session, attempt, entries: [], spans: [], failedBefore: new Map(), stamp: '' }
}

/** A step may get its name after its first AI event; it ends, and is done again, after its last. */
function refresh(source: AiSource, open: Open, isGrown: boolean): void {
  const { session, attempt, entries } = open
  const { view, structure } = source
  const step = view.steps.get(session.key)
  const stamp = `${step?.name} ${step?.endedSeq} ${attempt?.endedSeq} ${structure.attempts.length} ${view.steps.size}`
  if (!isGrown && stamp === open.stamp) return
  open.stamp = stamp
  if (step) session.name = visibleText(step.name)
  if (step && attempt) session.status = stepStatus(step, attempt)
  session.again = step && attempt ? doneAgain(source, step, attempt) : attemptAfter(source, session.attempt)
  if (isGrown) {
    open.spans = findPhases(entries)
    session.items = itemsOf(entries, open.spans)
  }
  session.lost = lostIn(session, open.spans)
}

function lostIn(session: AiSession, spans: readonly Span[]): PhaseCost | null {
  const { from, to, tokens, cost } = session
  if (session.again) return { ms: Math.max(0, to - from), tokens, money: cost }
  return spans.length === 0 ? null : spans.map(({ phase }) => phase.cost).reduce(addCosts)
}

type Taking = Pick<Open, 'session' | 'entries' | 'failedBefore'> & { comparisons: ReadonlyMap<number, Comparison> }

function take(source: AiSource, { session, entries, failedBefore, comparisons }: Taking, event: Event): void {
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
      session.mostTokens = Math.max(session.mostTokens, sumOfTokens(call.tokens))
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
        comparison: comparisons.get(event.seq) ?? null,
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
