import type { EventReads } from '#components/timeline/data/eventReads.ts'
import { EventRef } from '#components/timeline/draw/EventRef.tsx'
import { SeqLink } from '#components/timeline/draw/SeqLink.tsx'
import type { Why } from '#components/timeline/layout/why.ts'
import styles from './WhyLine.module.css'

type WhyLineProps = { why: Why; reads: EventReads; onSelect: (seq: number) => void }

/** Why it went as it did: the reason, the evidence and the step, each a link to where it is shown. */
export function WhyLine({ why, reads, onSelect }: WhyLineProps) {
  const { label, text, seq, evidence, step } = why
  return (
    <p className={styles.why}>
      <b className={styles.label}>{label}</b>
      <SeqLink seq={seq} onSelect={onSelect} />
      <span className={styles.text} title={text}>
        {text}
        {step !== null && ` · in ${step}`}
      </span>
      {evidence !== null && (
        <>
          <span className={styles.arrow} aria-hidden="true">
            →
          </span>
          <span className="visuallyHidden"> evidence: </span>
          <span className={styles.evidence}>
            <EventRef given={evidence} reads={reads} lines={1} onSelect={onSelect} />
          </span>
        </>
      )}
      {label === 'Why' && (
        <kbd className={styles.key} title="Press e to go there">
          e
        </kbd>
      )}
    </p>
  )
}
