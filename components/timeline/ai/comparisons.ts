import type { AiSource } from '#components/timeline/ai/sessions.ts'
import { type Comparison, identityOf, resultOf, subjectOf, type ToolEvent } from '#components/timeline/ai/toolCalls.ts'

/** What was compared of a job so far: its calls only grow at their end, and are compared with earlier ones. */
type Reading = { taken: number; comparisons: Map<number, Comparison>; newest: Map<string, ToolEvent> }
const readings = new WeakMap<AiSource['structure'], Reading>()

/**
 * For each tool call of a job the earlier one that it is worth comparing with, by its seq: the newest with the same tool
 * and arguments, in any session; else the newest of its session with the same tool and subject; else the newest of its
 * session with the same tool.
 */
export function comparisonsOf({ structure }: Pick<AiSource, 'structure'>): ReadonlyMap<number, Comparison> {
  const reading = readings.get(structure) ?? { taken: 0, comparisons: new Map(), newest: new Map() }
  readings.set(structure, reading)
  const { comparisons, newest } = reading
  for (; reading.taken < structure.leaves.length; reading.taken++) {
    const leaf = structure.leaves[reading.taken]
    if (leaf?.event.type !== 'ai.tool_called' || leaf.event.payload === null) continue
    const { seq, event, step, attempt } = leaf
    const { tool, arguments: given } = event.payload
    const session = step ?? attempt
    const subject = subjectOf(given)
    const identity = identityOf(event)
    const alike = [
      { has: 'same arguments', key: identity },
      { has: 'same subject', key: subject === '' ? null : JSON.stringify([session, tool, subject]) },
      { has: 'same tool', key: JSON.stringify([session, tool]) },
    ] as const
    for (const { has, key } of alike) {
      const earlier = key === null ? undefined : newest.get(`${has} ${key}`)
      if (!earlier) continue
      comparisons.set(seq, { seq: earlier.seq, has, isOtherResult: isOther(earlier, event) })
      break
    }
    for (const { has, key } of alike) if (key !== null) newest.set(`${has} ${key}`, event)
  }
  return comparisons
}

function isOther(earlier: ToolEvent, event: ToolEvent): boolean | null {
  const before = resultOf(earlier)
  const after = resultOf(event)
  return before === null || after === null ? null : before !== after
}
