import { formatBytes, formatCompact } from '#components/format/count.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { TreeNode } from '#components/timeline/layout/tree.ts'
import type { Event } from '#domain/events/envelope.ts'

/** An event never changes: made anew with each of ten thousand, the tree of a running job would keep the page busy. */
const made = new WeakMap<Event, TreeNode | null>()

/** A tool call, a use of tokens or an artifact as a node; null for any other event. A call began `durationMs` before its event. */
export function leafNode(event: Event): TreeNode | null {
  const known = made.get(event)
  if (known !== undefined) return known
  const node = makeNode(event)
  made.set(event, node)
  return node
}

function makeNode(event: Event): TreeNode | null {
  const at = Date.parse(event.recordedAt)
  const node = { key: `event:${event.seq}`, seq: event.seq, waitedFrom: null, from: at, to: at, children: [] }
  switch (event.type) {
    case 'ai.tool_called': {
      const { tool, durationMs = 0, error } = event.payload
      return {
        ...node,
        kind: 'tool',
        name: visibleText(tool),
        detail: null,
        from: at - durationMs,
        status: error ? 'failure' : 'plain',
      }
    }
    case 'ai.tokens_used': {
      const { model, inputTokens, outputTokens } = event.payload
      const detail = `${formatCompact(inputTokens)} in · ${formatCompact(outputTokens)} out`
      return { ...node, kind: 'tokens', name: visibleText(model), detail, status: 'plain' }
    }
    case 'ai.artifact_created': {
      const { name, bytes } = event.payload
      return { ...node, kind: 'artifact', name: visibleText(name), detail: formatBytes(bytes), status: 'plain' }
    }
    default:
      return null
  }
}
