import { type RefObject, useEffect, useImperativeHandle, useMemo, useRef, useState } from 'react'
import { reachable } from '#components/a11y/reachable.ts'
import { AiRowView } from '#components/timeline/ai/AiRowView.tsx'
import { AiTotals } from '#components/timeline/ai/AiTotals.tsx'
import { keyToFold, rowOfSeq, seqOfRow, stopsOf } from '#components/timeline/ai/aiRow.ts'
import { aiRows } from '#components/timeline/ai/aiRows.ts'
import { type AiSession, type AiSource, aiSessions } from '#components/timeline/ai/sessions.ts'
import { useMedia } from '#components/timeline/draw/useMedia.ts'
import { useRowStack } from '#components/timeline/draw/useRowStack.ts'
import type { ViewKeys } from '#components/timeline/draw/viewKeys.ts'
import { stackOf } from '#components/timeline/layout/rowStack.ts'
import type { Event } from '#domain/events/envelope.ts'
import styles from './AiView.module.css'

type AiViewProps = {
  job: AiSource
  /** changes when anything but output came */
  version: number
  selectedSeq: number | null
  /** when the job was created */
  origin: number
  loadEvent: (seq: number) => Promise<Event | null>
  keysRef: RefObject<ViewKeys | null>
  onSelect: (seq: number) => void
}

const heights = { session: 116, emptySession: 56, row: 28, detail: 236, artifact: 64 }
const touchHeights = { session: 124, emptySession: 64, row: 48, detail: 300, artifact: 84 }

/** What models and tools did: sessions, calls with their tokens, tools, waits and artifacts, in their order. */
export function AiView({ job, version, selectedSeq, origin, loadEvent, keysRef, onSelect }: AiViewProps) {
  const sessions = useMemo(() => sessionsAt(job, version), [job, version])
  // keys of rows that were opened or closed, and of calls that are compared: they outlive scrolling away
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set())
  const isNarrow = useMedia('(max-width: 640px)')
  const isCoarse = useMedia('(pointer: coarse)')
  const sizes = isNarrow || isCoarse ? touchHeights : heights
  const rows = useMemo(() => aiRows(sessions, toggled, sizes), [sessions, toggled, sizes])
  const stack = useMemo(() => stackOf(rows.map((row) => row.height)), [rows])
  const pane = useRef<HTMLDivElement>(null)
  const virtual = useRowStack(pane, stack)
  const current = useMemo(() => (selectedSeq === null ? -1 : rowOfSeq(rows, selectedSeq)), [rows, selectedSeq])
  const { isReady } = virtual
  const steady = useRef(virtual)
  steady.current = virtual
  useEffect(() => {
    if (current >= 0 && isReady) steady.current.reveal(current)
  }, [current, isReady])

  const toggle = (key: string) => {
    const next = new Set(toggled)
    if (!next.delete(key)) next.add(key)
    setToggled(next)
  }
  useImperativeHandle(keysRef, () => ({
    move: (by) => {
      const seqs = stopsOf(rows)
      const at = current < 0 ? -1 : seqs.indexOf(seqOfRow(rows[current]))
      const next = seqs[Math.max(0, Math.min(seqs.length - 1, at + by))]
      if (next !== undefined) onSelect(next)
    },
    fold: (open) => {
      const key = keyToFold(rows[current], open)
      if (key !== null) toggle(key)
    },
  }))

  const { first, end, top } = virtual.window
  if (sessions.length === 0) {
    return (
      <section className={styles.view} aria-label="AI">
        <p className={styles.none}>No model or tool was called in this job so far.</p>
      </section>
    )
  }
  return (
    <section className={styles.view} aria-label="AI">
      <AiTotals sessions={sessions} />
      <div ref={pane} className={styles.scroller} {...reachable} data-pane="ai" onScroll={virtual.onScroll}>
        <div className={styles.space} style={{ height: virtual.height }}>
          <ol className={styles.rows} style={{ transform: `translateY(${top}px)` }} aria-label="AI events">
            {rows.slice(first, end).map((row, n) => (
              <li
                key={row.key}
                style={{ height: row.height }}
                aria-setsize={rows.length}
                aria-posinset={first + n + 1}
                className={first + n === current ? styles.current : undefined}
                data-phase={row.within?.kind}
              >
                <AiRowView
                  row={row}
                  origin={origin}
                  selectedSeq={selectedSeq}
                  toggled={toggled}
                  loadEvent={loadEvent}
                  onSelect={onSelect}
                  onToggle={toggle}
                />
              </li>
            ))}
          </ol>
        </div>
      </div>
    </section>
  )
}

/** `version` names the moment: the same job at another version has other sessions. */
function sessionsAt(job: AiSource, _version: number): AiSession[] {
  return aiSessions(job)
}
