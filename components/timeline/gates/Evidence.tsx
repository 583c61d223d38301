import { reachable } from '#components/a11y/reachable.ts'
import { formatCount } from '#components/format/count.ts'
import type { EventReads } from '#components/timeline/data/eventReads.ts'
import { EventRef } from '#components/timeline/draw/EventRef.tsx'
import styles from './Evidence.module.css'

type EvidenceProps = { refs: readonly (string | number)[]; reads: EventReads; onSelect: (seq: number) => void }

/** A gate may name a thousand events: the first are shown, the rest are in the event's JSON. */
const shown = 12
const shownLines = 8

/** What a decision rests on: the lines and events that it names. */
export function Evidence({ refs, reads, onSelect }: EvidenceProps) {
  return (
    <section className={styles.evidence} aria-label="Evidence" {...reachable}>
      <h2 className={styles.title}>
        Evidence
        {refs.length > shown && (
          <span>
            {' '}
            first {shown} of {formatCount(refs.length)}
          </span>
        )}
      </h2>
      <ul className={styles.list}>
        {refs.slice(0, shown).map((ref) => (
          <li key={ref}>
            <EventRef given={ref} reads={reads} lines={shownLines} onSelect={onSelect} />
          </li>
        ))}
      </ul>
    </section>
  )
}
