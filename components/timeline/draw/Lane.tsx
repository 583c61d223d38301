import { barOf, marksIn } from '#components/timeline/layout/bars.ts'
import { isFailure } from '#components/timeline/layout/status.ts'
import { type TimeScale, xOf } from '#components/timeline/layout/timeScale.ts'
import type { NodeKind, TreeNode } from '#components/timeline/layout/tree.ts'
import styles from './Lane.module.css'

type LaneProps = { node: TreeNode; scale: TimeScale; now: number; isClosed: boolean }

/** When it was, as a bar; what a closed row hides, as marks on it. Says nothing that the row's name does not say. */
export function Lane({ node, scale, now, isClosed }: LaneProps) {
  if (node.kind === 'gate') return <GateLane node={node} scale={scale} now={now} />
  if (node.kind === 'tokens' || node.kind === 'artifact') return <PointLane node={node} scale={scale} />
  const { waiting, running, isOpen } = barOf(node, scale, now)
  const marks = isClosed || node.kind === 'fold' ? marksIn(node, scale) : []
  const look = [styles.bar, styles[hues[node.kind]], lookOf(node), isOpen && styles.going].filter(Boolean).join(' ')
  return (
    <span aria-hidden="true">
      {waiting && <span className={styles.waiting} style={place(waiting.x, waiting.width)} />}
      {running && node.kind !== 'fold' && <span className={look} style={place(running.x, running.width)} />}
      {running && isFailure(node.status) && node.kind !== 'fold' && (
        <span className={styles.cross} style={place(running.x + running.width + 5)}>
          ✗
        </span>
      )}
      {marks.map((mark) => (
        <span
          key={mark.seq}
          className={[styles.mark, mark.kind === 'gate' ? styles.diamond : null, mark.failed ? styles.markFailed : null]
            .filter(Boolean)
            .join(' ')}
          style={place(mark.x)}
        />
      ))}
    </span>
  )
}

function GateLane({ node, scale, now }: { node: TreeNode; scale: TimeScale; now: number }) {
  const { running } = barOf(node, scale, now)
  if (!running) return null
  const failed = isFailure(node.status)
  const isDecided = node.status === 'passed' || failed
  return (
    <span aria-hidden="true">
      <span className={styles.deciding} style={place(running.x, running.width)} />
      <span
        className={[styles.gate, isDecided ? null : styles.undecided, failed ? styles.gateFailed : null]
          .filter(Boolean)
          .join(' ')}
        style={place(running.x + running.width)}
      />
    </span>
  )
}

function PointLane({ node, scale }: { node: TreeNode; scale: TimeScale }) {
  const x = xOf(scale, node.from)
  if (x < 0 || x > scale.width) return null
  return <span aria-hidden="true" className={node.kind === 'tokens' ? styles.spark : styles.box} style={place(x)} />
}

const hues: Record<NodeKind, 'job' | 'step' | 'ai' | 'gateHue'> = {
  job: 'job',
  attempt: 'job',
  step: 'step',
  tool: 'ai',
  fold: 'ai',
  tokens: 'ai',
  artifact: 'ai',
  gate: 'gateHue',
}

function lookOf(node: TreeNode): string | undefined {
  if (isFailure(node.status)) return styles.failed
  if (node.status === 'cancellation') return styles.hatched
  if (node.status === 'skip') return styles.skipped
  if (node.status === 'unfinished') return styles.unfinished
  return undefined
}

function place(x: number, width?: number): React.CSSProperties {
  return width === undefined ? { transform: `translateX(${x}px)` } : { transform: `translateX(${x}px)`, width }
}
