import { type Artifact, artifactOf } from '#components/timeline/ai/artifacts.ts'
import { addTokens, noTokens, type TokenParts, tokenParts } from '#components/timeline/ai/tokenParts.ts'
import { findWait, type Wait } from '#components/timeline/ai/waits.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { Leaf, Structure } from '#components/timeline/data/structure.ts'
import { type NodeStatus, stepStatus } from '#components/timeline/layout/status.ts'
import type { Event } from '#domain/events/envelope.ts'
import type { Json } from '#domain/events/fields.ts'
import { addDecimals } from '#domain/job/decimal.ts'
import type { JobView } from '#domain/job/replay.ts'
import type { OutlineEvent } from '#domain/view/outline.ts'

/** What the view is made from: a job as it is, or as it was. */
export type AiSource = {
  view: JobView
  structure: Pick<Structure, 'leaves' | 'attempts'>
  eventAt(seq: number): Event | null
}

export type ToolCall = {
  seq: number
  tool: string
  /** what it was called on, if that is a short text: a path, a command */
  subject: string
  /** milliseconds since the epoch; a call began `durationMs` before its event */
  from: number
  to: number
  durationMs: number | null
  error: string | null
  /** the failed call of the same tool with the same arguments that this one repeats */
  retryOf: number | null
}

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

/** What one run of a step did with models and tools, in its order. */
export type AiSession = {
  key: string
  name: string
  /** the event that opens it: the step's start */
  seq: number
  attempt: number
  status: NodeStatus
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
  return [...groups].map(([key, leaves]) => sessionOf(source, key, leaves))
}

function sessionOf(source: AiSource, key: string, leaves: Leaf[]): AiSession {
  const { view, structure } = source
  const step = view.steps.get(key)
  const attempt = structure.attempts.find(({ number }) => number === leaves[0]?.attempt)
  const session: AiSession = {
    key,
    name: step ? visibleText(step.name) : 'The job itself',
    seq: step?.startedSeq ?? leaves[0]?.seq ?? 1,
    attempt: leaves[0]?.attempt ?? 1,
    status: step && attempt ? stepStatus(step, attempt) : 'plain',
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
  const failedBefore = new Map<string, number>()
  for (const { seq } of leaves) {
    const event = source.eventAt(seq)
    if (event !== null && event.payload !== null) take(source, session, event, failedBefore)
  }
  return session
}

function take(source: AiSource, session: AiSession, event: Event, failedBefore: Map<string, number>): void {
  const at = Date.parse(event.recordedAt)
  const from = event.type === 'ai.tool_called' ? at - (event.payload.durationMs ?? 0) : at
  const wait = session.to === 0 ? null : findWait(source, { from: session.to, to: from, isModel: isModelCall(event) })
  if (wait) {
    session.items.push({ kind: 'wait', wait })
    session.waitedMs += wait.ms
  }
  session.from = Math.min(session.from, from)
  session.to = Math.max(session.to, at)
  switch (event.type) {
    case 'ai.tokens_used': {
      const call = modelCall(event.seq, at, event.payload)
      session.calls.push(call)
      session.items.push({ kind: 'call', call })
      session.tokens = addTokens(session.tokens, call.tokens)
      if (call.cost) {
        const { amount, currency } = call.cost
        session.cost[currency] = addDecimals(session.cost[currency] ?? '0', amount)
      }
      return
    }
    case 'ai.tool_called': {
      const { tool, durationMs = null, error, arguments: given } = event.payload
      // two long arguments may begin alike: what was cut is like nothing else
      const what = `${tool} ${isCut(event) ? event.seq : JSON.stringify(given)}`
      const retryOf = failedBefore.get(what) ?? null
      if (error) failedBefore.set(what, event.seq)
      else failedBefore.delete(what)
      const failure = error ? visibleText(error.message) : null
      const subject = subjectOf(given)
      addTool(session, {
        seq: event.seq,
        tool: visibleText(tool),
        subject,
        from,
        to: at,
        durationMs,
        error: failure,
        retryOf,
      })
      return
    }
    case 'ai.artifact_created':
      session.items.push({ kind: 'artifact', artifact: artifactOf(source, event) })
      return
    default:
  }
}

const telling = ['path', 'file_path', 'file', 'command', 'query', 'pattern', 'url', 'name']

/** The argument that tells one call of a tool from another. */
function subjectOf(given: Json | undefined): string {
  if (typeof given === 'string') return visibleText(given.slice(0, 200))
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return ''
  const texts = Object.entries(given).flatMap(([name, value]) => (typeof value === 'string' ? [{ name, value }] : []))
  const found = texts.find(({ name }) => telling.includes(name)) ?? texts[0]
  return found ? visibleText(found.value.slice(0, 200)) : ''
}

function isCut(event: OutlineEvent): boolean {
  return event.cut === true
}

function isModelCall({ type }: Event): boolean {
  return type === 'ai.tokens_used'
}

function addTool(session: AiSession, call: ToolCall): void {
  session.toolCalls++
  if (call.error !== null) session.failedTools++
  const last = session.items.at(-1)
  if (last?.kind === 'tools' && last.calls[0]?.tool === call.tool) last.calls.push(call)
  else session.items.push({ kind: 'tools', calls: [call] })
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
