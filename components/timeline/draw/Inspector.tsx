import { type ReactNode, useState } from 'react'
import { reachable } from '#components/a11y/reachable.ts'
import { CopyButton } from '#components/copy/CopyButton.tsx'
import { formatOffset } from '#components/format/time.ts'
import { IconButton } from '#components/shell/IconButton.tsx'
import type { EventReads } from '#components/timeline/data/eventReads.ts'
import { FieldList } from '#components/timeline/draw/FieldList.tsx'
import { JsonText } from '#components/timeline/draw/JsonText.tsx'
import { TokenSplit } from '#components/timeline/draw/TokenSplit.tsx'
import { envelopeFields, payloadFields } from '#components/timeline/layout/eventFields.ts'
import { eventSummary } from '#components/timeline/layout/eventSummary.ts'
import type { Event } from '#domain/events/envelope.ts'
import styles from './Inspector.module.css'

type InspectorProps = {
  event: Event
  /** when the job was created */
  origin: number
  head: number
  reads: EventReads
  /** whether to show what named events say, or only where they are */
  excerpts: boolean
  onSelect: (seq: number) => void
  onClose: () => void
}

/** One event, whole: its fields, what was removed from it, where it stands. */
export function Inspector({ event, origin, head, reads, excerpts, onSelect, onClose }: InspectorProps) {
  const [tab, setTab] = useState<'fields' | 'json'>('fields')
  return (
    <aside className={styles.pane} aria-label="Selected event">
      <header className={styles.header}>
        <div className={styles.line}>
          <h2 className={`${styles.type} ${hueOf(event)}`}>{event.type}</h2>
          <IconButton label="Previous event" shortcut="," onClick={() => onSelect(Math.max(1, event.seq - 1))}>
            <Arrow back />
          </IconButton>
          <IconButton label="Next event" shortcut="." onClick={() => onSelect(Math.min(head, event.seq + 1))}>
            <Arrow />
          </IconButton>
          <IconButton label="Close the inspector" shortcut="Esc" onClick={onClose}>
            <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
              <path d="m2.500 2.500 7 7m0-7-7 7" stroke="currentColor" strokeWidth="1.500" strokeLinecap="round" />
            </svg>
          </IconButton>
        </div>
        <p className={styles.summary}>{eventSummary(event)}</p>
        <p className={styles.place}>
          <code>#{event.seq}</code>
          <span>{formatOffset(Date.parse(event.recordedAt) - origin)}</span>
          <CopyButton label="Copy a link to this event" caption="Link" text={() => eventAddress(event)} />
          <CopyButton label="Copy the event as JSON" caption="JSON" text={() => JSON.stringify(event, null, 2)} />
        </p>
      </header>
      <div className={styles.tabs} role="tablist" aria-label="How to show the event">
        <Tab id="fields" isOn={tab === 'fields'} onPick={() => setTab('fields')}>
          Fields
        </Tab>
        <Tab id="json" isOn={tab === 'json'} onPick={() => setTab('json')}>
          JSON
        </Tab>
      </div>
      <div className={styles.body} role="tabpanel" aria-labelledby={`tab-${tab}`} {...reachable} key={event.seq}>
        {tab === 'fields' ? (
          <Fields event={event} reads={reads} excerpts={excerpts} onSelect={onSelect} />
        ) : (
          <JsonText value={event} />
        )}
      </div>
    </aside>
  )
}

/** An event that is on its way. */
export function LoadingEvent({ seq }: { seq: number }) {
  return (
    <aside className={styles.pane} aria-label="Selected event" aria-busy="true">
      <header className={styles.header}>
        <p className={styles.place}>
          <code>#{seq}</code>
        </p>
      </header>
    </aside>
  )
}

type FieldsProps = Pick<InspectorProps, 'reads' | 'excerpts' | 'onSelect'> & { event: Event }

function Fields({ event, ...refs }: FieldsProps) {
  return (
    <>
      {event.redactions.length > 0 && (
        <section className={styles.redactions} aria-label="Redacted">
          <h3>Removed before it was stored</h3>
          <ul>
            {event.redactions.map((redaction) => (
              <li key={redaction.path}>
                <code>{redaction.path}</code> <span>by rule {redaction.rule}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {event.type === 'ai.tokens_used' && <TokenSplit payload={event.payload} />}
      <FieldList fields={payloadFields(event)} {...refs} />
      <h3 className={styles.section}>Event</h3>
      <FieldList fields={envelopeFields(event)} {...refs} />
    </>
  )
}

function Tab({ id, isOn, onPick, children }: { id: string; isOn: boolean; onPick: () => void; children: ReactNode }) {
  return (
    <button type="button" role="tab" id={`tab-${id}`} aria-selected={isOn} className={styles.tab} onClick={onPick}>
      {children}
    </button>
  )
}

function Arrow({ back = false }: { back?: boolean }) {
  return (
    <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
      <path
        d={back ? 'm7.500 2.500-3.500 3.500 3.500 3.500' : 'm4.500 2.500 3.500 3.500-3.500 3.500'}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.500"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}

/** The address that leads anyone of the organisation to this event. */
export function eventAddress(event: Pick<Event, 'jobId' | 'seq'>): string {
  return `${window.location.origin}/jobs/${event.jobId}/events/${event.seq}`
}

function hueOf({ type }: Event): string {
  if (type === 'job.failed' || type === 'gate.failed') return styles.fail ?? ''
  return styles[type.slice(0, type.indexOf('.'))] ?? ''
}
