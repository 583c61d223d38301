import type { AiSource } from '#components/timeline/ai/sessions.ts'
import { type Comparison, identityOf, resultOf, subjectOf, type ToolEvent } from '#components/timeline/ai/toolCalls.ts'
import { leafKey } from '#components/timeline/data/structure.ts'

/** What was compared of a job so far: its calls only grow at their end, and are compared with earlier ones. */
type Reading = {
  taken: number
  comparisons: Map<number, Comparison>
  /** the newest call of each tool and arguments, in any session */
  byIdentity: Map<string, ToolEvent>
  /** the newest calls of each tool, by session */
  bySession: Map<string, Map<string, Newest>>
}
type Newest = { call: ToolEvent | null; bySubject: Map<string, ToolEvent> }
const readings = new WeakMap<AiSource['structure'], Reading>()

/**
 * For each tool call of a job the earlier one that it is worth comparing with, by its seq: the newest with the same tool
 * and arguments, in any session; else the newest of its session with the same tool and subject; else the newest of its
 * session with the same tool.
 */
export function comparisonsOf({ structure }: Pick<AiSource, 'structure'>): ReadonlyMap<number, Comparison> {
  const reading = readings.get(structure) ?? newReading()
  readings.set(structure, reading)
  const { comparisons, byIdentity } = reading
  for (; reading.taken < structure.leaves.length; reading.taken++) {
    const leaf = structure.leaves[reading.taken]
    if (leaf?.event.type !== 'ai.tool_called' || leaf.event.payload === null) continue
    const { event } = leaf
    const subject = subjectOf(event.payload.arguments)
    const identity = identityOf(event)
    const ofTool = newestOf(reading, leafKey(leaf), event.payload.tool)
    const alike = [
      { has: 'same arguments', earlier: identity === null ? undefined : byIdentity.get(identity) },
      { has: 'same subject', earlier: subject === '' ? undefined : ofTool.bySubject.get(subject) },
      { has: 'same tool', earlier: ofTool.call },
    ] as const
    for (const { has, earlier } of alike) {
      if (!earlier) continue
      comparisons.set(event.seq, { seq: earlier.seq, has, isOtherResult: isOther(earlier, event) })
      break
    }
    if (identity !== null) byIdentity.set(identity, event)
    if (subject !== '') ofTool.bySubject.set(subject, event)
    ofTool.call = event
  }
  return comparisons
}

function newReading(): Reading {
  return { taken: 0, comparisons: new Map(), byIdentity: new Map(), bySession: new Map() }
}

function newestOf({ bySession }: Reading, session: string, tool: string): Newest {
  const tools = bySession.get(session) ?? new Map<string, Newest>()
  bySession.set(session, tools)
  const newest = tools.get(tool) ?? { call: null, bySubject: new Map() }
  tools.set(tool, newest)
  return newest
}

function isOther(earlier: ToolEvent, event: ToolEvent): boolean | null {
  const before = resultOf(earlier)
  const after = resultOf(event)
  return before === null || after === null ? null : before !== after
}
