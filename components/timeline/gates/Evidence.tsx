import { useEffect, useState } from 'react'
import { reachable } from '#components/a11y/reachable.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import { eventSummary } from '#components/timeline/layout/eventSummary.ts'
import { plainText } from '#domain/ansi/plainText.ts'
import type { Event } from '#domain/events/envelope.ts'
import { linesOf } from '#domain/job/lines.ts'
import styles from './Evidence.module.css'

type EvidenceProps = {
  refs: readonly (string | number)[]
  findSeq: (ref: string | number) => number | null
  loadEvent: (seq: number) => Promise<Event | null>
  onSelect: (seq: number) => void
}

/** A gate may name a thousand events; the first are read, the rest are one click away each. */
const shown = 12
const shownLines = 8

/** What a decision rests on: the lines and events that it names. */
export function Evidence({ refs, findSeq, loadEvent, onSelect }: EvidenceProps) {
  return (
    <section className={styles.evidence} aria-label="Evidence" {...reachable}>
      <h2 className={styles.title}>
        Evidence
        {refs.length > shown && (
          <span>
            {' '}
            first {shown} of {refs.length}
          </span>
        )}
      </h2>
      <ul>
        {refs.slice(0, shown).map((ref) => (
          <Item key={ref} given={ref} seq={findSeq(ref)} loadEvent={loadEvent} onSelect={onSelect} />
        ))}
      </ul>
    </section>
  )
}

type ItemProps = Pick<EvidenceProps, 'loadEvent' | 'onSelect'> & { given: string | number; seq: number | null }

function Item({ given, seq, loadEvent, onSelect }: ItemProps) {
  const [event, setEvent] = useState<Event | null>(null)
  useEffect(() => {
    let isWanted = true
    if (seq !== null)
      loadEvent(seq).then(
        (loaded) => isWanted && setEvent(loaded),
        () => {},
      )
    return () => {
      isWanted = false
    }
  }, [seq, loadEvent])
  if (seq === null) {
    return (
      <li className={styles.item}>
        <code className={styles.seq}>{visibleText(String(given))}</code>
        <span className={styles.quiet}>no event of this job</span>
      </li>
    )
  }
  return (
    <li className={styles.item}>
      <button type="button" className={styles.seq} onClick={() => onSelect(seq)}>
        #{seq}
      </button>
      <pre className={styles.text}>{event === null ? '' : textOf(event)}</pre>
    </li>
  )
}

function textOf(event: Event): string {
  if (event.type !== 'step.output' || event.payload === null) return `${event.type} · ${eventSummary(event)}`
  const lines = linesOf(event.payload.text, event.payload.encoding)
    .map((line) => visibleText(plainText(line)))
    .filter((line) => line.trim() !== '')
  return [...lines.slice(0, shownLines), ...(lines.length > shownLines ? ['…'] : [])].join('\n')
}
