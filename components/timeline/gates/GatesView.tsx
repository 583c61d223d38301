import { type RefObject, useEffect, useImperativeHandle, useMemo, useRef } from 'react'
import { reachable } from '#components/a11y/reachable.ts'
import { countOf, formatCount } from '#components/format/count.ts'
import { formatDuration } from '#components/format/time.ts'
import { KindGlyph } from '#components/glyphs/KindGlyph.tsx'
import type { EventReads } from '#components/timeline/data/eventReads.ts'
import { useMedia } from '#components/timeline/draw/useMedia.ts'
import { useVirtualRows } from '#components/timeline/draw/useVirtualRows.ts'
import type { ViewKeys } from '#components/timeline/draw/viewKeys.ts'
import { Evidence } from '#components/timeline/gates/Evidence.tsx'
import { GateCell } from '#components/timeline/gates/GateCell.tsx'
import {
  type GateMatrix,
  type GateRow,
  type GateSource,
  gateMatrix,
  gateWaits,
} from '#components/timeline/gates/gateMatrix.ts'
import styles from './GatesView.module.css'

type GatesViewProps = {
  job: GateSource
  /** changes when anything but output came */
  version: number
  selectedSeq: number | null
  now: number
  reads: EventReads
  keysRef: RefObject<ViewKeys | null>
  onSelect: (seq: number) => void
}

/** Every gate against every attempt: what was asked, who decided, on what evidence, and how long it took. */
export function GatesView(props: GatesViewProps) {
  const { job, version, selectedSeq, now, reads, keysRef, onSelect } = props
  const matrix = useMemo(() => matrixAt(job, version), [job, version])
  const { attempts, rows } = matrix
  const isNarrow = useMedia('(max-width: 640px)')
  const pane = useRef<HTMLDivElement>(null)
  // a line more in every cell as soon as one gate was decided twice in one attempt
  const cellHeight = (isNarrow ? 112 : 104) + (rows.some(hasReruns) ? 26 : 0)
  const virtual = useVirtualRows(pane, {
    count: rows.length,
    rowHeight: isNarrow ? 76 + attempts.length * cellHeight : cellHeight,
  })
  const sizes = { '--attempts': attempts.length, '--cell': `${cellHeight}px` } as React.CSSProperties
  const current = rows.findIndex((row) => runAt(row, selectedSeq) !== undefined)
  const selected = rows[current] && runAt(rows[current], selectedSeq)
  const { isReady } = virtual
  const steady = useRef(virtual)
  steady.current = virtual
  useEffect(() => {
    if (current >= 0 && isReady) steady.current.reveal(current)
  }, [current, isReady])

  const seqs = useMemo(() => rows.flatMap((row) => row.cells.flat().map((run) => run.seq)), [rows])
  useImperativeHandle(keysRef, () => ({
    move: (by) => {
      const at = selected ? seqs.indexOf(selected.seq) : -1
      const next = seqs[Math.max(0, Math.min(seqs.length - 1, at + by))]
      if (next !== undefined) onSelect(next)
    },
    fold: () => {},
  }))

  if (rows.length === 0) {
    return (
      <section className={styles.view} aria-label="Gates">
        <p className={styles.none}>No gate was opened in this job so far.</p>
      </section>
    )
  }
  const waits = gateWaits(matrix, now)
  const { first, end, top } = virtual.window
  return (
    <section className={styles.view} aria-label="Gates">
      <p className={styles.sums}>
        <b>{countOf(rows.length, 'gate')}</b>
        <span>{formatCount(matrix.passed)} passed</span>
        <span>{formatCount(matrix.failed)} failed</span>
        {matrix.open > 0 && <span>{formatCount(matrix.open)} undecided</span>}
        {waits.approvals > 0 && <span>waited {formatDuration(waits.approvals)} for people</span>}
        {waits.checks > 0 && <span>checks took {formatDuration(waits.checks)}</span>}
      </p>
      <div ref={pane} className={styles.scroller} {...reachable} data-pane="gates" onScroll={virtual.onScroll}>
        <table className={styles.table} aria-label="Gates by attempt" aria-rowcount={rows.length + 1}>
          <thead className={styles.head}>
            <tr className={styles.row} style={sizes}>
              <th scope="col">Gate</th>
              {attempts.map((attempt) => (
                <th key={attempt} scope="col">
                  {attempts.length === 1 ? 'Decision' : `Attempt ${attempt}`}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className={styles.body} style={{ height: virtual.height, paddingTop: top }}>
            {rows.slice(first, end).map((row, n) => (
              <tr key={row.gateId} className={styles.row} style={sizes} aria-rowindex={first + n + 2}>
                <th scope="row" className={styles.gate}>
                  <span className={styles.name}>
                    <KindGlyph kind="gate" />
                    {row.name}
                  </span>
                  {row.rule && <span className={styles.rule}>{row.rule}</span>}
                  <span className={styles.kind}>
                    {row.isApproval ? 'approval' : 'check'}
                    {row.step && ` in ${row.step}`}
                  </span>
                </th>
                {row.cells.map((runs, column) => (
                  <GateCell
                    key={attempts[column]}
                    runs={runs}
                    attempt={attempts[column] ?? 0}
                    now={now}
                    selectedSeq={selectedSeq}
                    onSelect={onSelect}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {selected && selected.evidence.length > 0 && (
        <Evidence refs={selected.evidence} reads={reads} onSelect={onSelect} />
      )}
    </section>
  )
}

/** `version` names the moment: the same job at another version is another matrix. */
function matrixAt(job: GateSource, _version: number): GateMatrix {
  return gateMatrix(job)
}

function runAt(row: GateRow, seq: number | null) {
  return row.cells.flat().find((run) => run.seq === seq || run.startedSeq === seq)
}

function hasReruns(row: GateRow): boolean {
  return row.cells.some((runs) => runs.length > 1)
}
