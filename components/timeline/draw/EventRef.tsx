import { useEffect, useState } from 'react'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { EventReads } from '#components/timeline/data/eventReads.ts'
import { SeqLink } from '#components/timeline/draw/SeqLink.tsx'
import { useSeqOf } from '#components/timeline/draw/useSeqOf.ts'
import { eventExcerpt } from '#components/timeline/layout/eventExcerpt.ts'
import type { Event } from '#domain/events/envelope.ts'
import styles from './EventRef.module.css'

type EventRefProps = {
  given: string | number
  reads: EventReads
  /** lines of what it says, at most; 0: only the link */
  lines: number
  onSelect: (seq: number) => void
}

const why = { looking: 'looking for it…', absent: 'no event of this job', failed: 'could not be looked up' } as const

/** An event that another one names: a link to it, and the beginning of what it says. */
export function EventRef({ given, reads, lines, onSelect }: EventRefProps) {
  const seq = useSeqOf(given, reads)
  const event = useLoaded(lines > 0 && typeof seq === 'number' ? seq : null, reads.loadEvent)
  if (typeof seq === 'string') {
    return (
      <span className={styles.item}>
        <code className={styles.id}>{visibleText(String(given))}</code>
        <span className={styles.quiet}>{why[seq]}</span>
      </span>
    )
  }
  return (
    <span className={styles.item}>
      <SeqLink seq={seq} onSelect={onSelect} />
      {lines > 0 && <span className={styles.text}>{event === null ? '' : eventExcerpt(event, lines)}</span>}
    </span>
  )
}

function useLoaded(seq: number | null, loadEvent: EventReads['loadEvent']): Event | null {
  const [event, setEvent] = useState<Event | null>(null)
  useEffect(() => {
    if (seq === null) return
    let isWanted = true
    loadEvent(seq).then(
      (loaded) => isWanted && setEvent(loaded),
      () => {},
    )
    return () => {
      isWanted = false
    }
  }, [seq, loadEvent])
  return event?.seq === seq ? event : null
}
