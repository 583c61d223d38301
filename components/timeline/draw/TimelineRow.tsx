import { memo } from 'react'
import { formatDuration, speakDuration } from '#components/format/time.ts'
import { KindGlyph } from '#components/glyphs/KindGlyph.tsx'
import { StatusGlyph } from '#components/glyphs/StatusGlyph.tsx'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import { Lane } from '#components/timeline/draw/Lane.tsx'
import type { Row } from '#components/timeline/layout/rows.ts'
import { isFailure, statusWords } from '#components/timeline/layout/status.ts'
import type { TimeScale } from '#components/timeline/layout/timeScale.ts'
import type { NodeKind, TreeNode } from '#components/timeline/layout/tree.ts'
import styles from './TimelineRow.module.css'

type TimelineRowProps = {
  row: Row
  index: number
  scale: TimeScale
  now: number
  /** width of the names' column; 0: names above lanes */
  names: number
  isCurrent: boolean
  onSelect: (seq: number) => void
  onToggle: (key: string) => void
}

export function rowId(key: string): string {
  return `row-${key}`
}

export const TimelineRow = memo(function TimelineRow(props: TimelineRowProps) {
  const { row, index, scale, now, names, isCurrent, onSelect, onToggle } = props
  const { node, depth, expanded } = row
  const duration = durationOf(node, now)
  return (
    <tr
      id={rowId(node.key)}
      className={styles.row}
      aria-label={nameOf(node, duration)}
      aria-level={depth + 1}
      aria-rowindex={index + 1}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={expanded ?? undefined}
      aria-selected={isCurrent}
      onPointerDown={(event) => {
        if (event.button === 0) onSelect(node.seq)
      }}
      onDoubleClick={() => {
        if (expanded !== null) onToggle(node.key)
      }}
    >
      <td className={styles.names} style={names > 0 ? { width: names } : undefined}>
        <span className={styles.name} style={{ paddingLeft: depth * 16 }}>
          {expanded === null ? (
            <span className={styles.noToggle} />
          ) : (
            <button
              type="button"
              tabIndex={-1}
              className={expanded ? styles.open : styles.toggle}
              aria-label={expanded ? 'Collapse' : 'Expand'}
              onPointerDown={(event) => event.stopPropagation()}
              onClick={() => onToggle(node.key)}
            >
              <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
                <path
                  d="m3.500 2 3.500 3-3.500 3"
                  fill="none"
                  stroke="currentColor"
                  strokeWidth="1.500"
                  strokeLinecap="round"
                  strokeLinejoin="round"
                />
              </svg>
            </button>
          )}
          <KindGlyph kind={glyphOf(node)} failed={node.kind === 'gate' && isFailure(node.status)} />
          <span className={depth === 0 || node.kind === 'attempt' ? styles.strong : styles.text}>
            {visibleText(node.name)}
          </span>
          {node.detail && <span className={styles.detail}>{node.detail}</span>}
        </span>
        <span className={styles.duration}>{duration === null ? '' : formatDuration(duration)}</span>
        <span className={styles.status} title={statusWords[node.status]}>
          {node.status !== 'plain' && <StatusGlyph status={node.status} size={13} />}
        </span>
      </td>
      <td className={styles.lane}>
        <Lane node={node} scale={scale} now={now} isClosed={expanded === false} />
      </td>
    </tr>
  )
})

/** A folded row stands for calls of one tool, or uses of one model. */
function glyphOf(node: TreeNode): NodeKind {
  return node.kind === 'fold' ? (node.children[0]?.kind ?? 'tool') : node.kind
}

function durationOf(node: TreeNode, now: number): number | null {
  if (node.kind === 'tokens' || node.kind === 'artifact' || node.from === Number.POSITIVE_INFINITY) return null
  return Math.max(0, (node.to ?? now) - node.from)
}

const kindWords: Record<NodeKind, string> = {
  job: 'job',
  attempt: 'attempt',
  step: 'step',
  gate: 'gate',
  tool: 'tool call',
  tokens: 'tokens',
  artifact: 'artifact',
  fold: 'folded',
}

/** What the row says to those who do not see its bar. */
function nameOf(node: TreeNode, duration: number | null): string {
  const words = [
    visibleText(node.name),
    node.detail,
    kindWords[glyphOf(node)],
    duration === null ? null : speakDuration(duration),
    statusWords[node.status],
  ]
  return words.filter(Boolean).join(', ')
}
