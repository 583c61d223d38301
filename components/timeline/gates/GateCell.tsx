import { countOf } from '#components/format/count.ts'
import { formatDuration } from '#components/format/time.ts'
import { StatusGlyph } from '#components/glyphs/StatusGlyph.tsx'
import type { GateRun } from '#components/timeline/gates/gateMatrix.ts'
import { isFailure, statusWords } from '#components/timeline/layout/status.ts'
import styles from './GateCell.module.css'

type GateCellProps = {
  runs: readonly GateRun[]
  attempt: number
  now: number
  selectedSeq: number | null
  onSelect: (seq: number) => void
}

/** What one gate decided in one attempt; its earlier runs as marks. */
export function GateCell({ runs, attempt, now, selectedSeq, onSelect }: GateCellProps) {
  const last = runs.at(-1)
  if (!last) {
    return (
      <td className={styles.empty} data-attempt={`Attempt ${attempt}`}>
        not opened
      </td>
    )
  }
  const isSelected = runs.some((run) => run.seq === selectedSeq || run.startedSeq === selectedSeq)
  const who = [last.decidedBy, last.actor === last.decidedBy ? null : last.actor].filter((name) => name !== null)
  return (
    <td className={isSelected ? styles.selected : styles.cell} data-attempt={`Attempt ${attempt}`}>
      <button type="button" className={styles.decision} onClick={() => onSelect(last.seq)}>
        <StatusGlyph status={last.status} size={14} />
        <b className={isFailure(last.status) ? styles.failed : undefined}>{statusWords[last.status]}</b>
        <span className={styles.quiet}>
          {last.to === null ? 'for' : 'after'} {formatDuration((last.to ?? now) - last.from)}
        </span>
      </button>
      {last.reason && <p className={styles.line}>{last.reason}</p>}
      {who.length > 0 && <p className={styles.quiet}>by {who.join(', recorded by ')}</p>}
      <p className={styles.quiet}>
        {[
          last.subject && `on ${last.subject}`,
          last.evidence.length > 0 && countOf(last.evidence.length, 'piece of evidence', 'pieces of evidence'),
          last.to === null && last.expiresAt && `until ${last.expiresAt.slice(0, 16).replace('T', ' ')} UTC`,
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {runs.length > 1 && (
        <p className={styles.runs}>
          <span className={styles.quiet}>run {last.run}, before it</span>
          {runs.slice(-9, -1).map((run) => (
            <button
              key={run.startedSeq}
              type="button"
              className={styles.run}
              aria-label={`Run ${run.run}, ${statusWords[run.status]}`}
              title={`Run ${run.run}, ${statusWords[run.status]}`}
              onClick={() => onSelect(run.seq)}
            >
              <StatusGlyph status={run.status} size={13} />
            </button>
          ))}
        </p>
      )}
    </td>
  )
}
