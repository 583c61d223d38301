import { useEffect, useState } from 'react'
import { CopyButton } from '#components/copy/CopyButton.tsx'
import { formatCount } from '#components/format/count.ts'
import { formatInstant } from '#components/format/time.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { EventReads } from '#components/timeline/data/eventReads.ts'
import { EventRef } from '#components/timeline/draw/EventRef.tsx'
import { JsonText } from '#components/timeline/draw/JsonText.tsx'
import type { Field } from '#components/timeline/layout/eventFields.ts'
import { plainText } from '#domain/ansi/plainText.ts'
import styles from './FieldList.module.css'

type Refs = {
  reads: EventReads /** whether to show what named events say */
  excerpts: boolean
  onSelect: (seq: number) => void
}

export function FieldList({ fields, ...refs }: Refs & { fields: Field[] }) {
  return (
    <dl className={styles.fields}>
      {fields.map((field) => (
        <div key={field.name} className={isWide(field, refs) ? styles.wide : styles.field}>
          <dt className={styles.name}>{visibleText(field.name)}</dt>
          <dd className={styles.value}>
            <Value field={field} refs={refs} />
            <span className={styles.copy}>
              <CopyButton label={`Copy ${visibleText(field.name)}`} text={field.raw} />
            </span>
          </dd>
        </div>
      ))}
    </dl>
  )
}

function isWide({ name, value }: Field, { excerpts }: Refs): boolean {
  return value.as === 'json' || value.as === 'output' || (excerpts && name === 'evidence')
}

function Value({ field: { name, value }, refs }: { field: Field; refs: Refs }) {
  switch (value.as) {
    case 'text':
      return <span className={styles.text}>{value.text}</span>
    case 'code':
      return <code>{value.text}</code>
    case 'instant':
      return <Instant iso={value.iso} />
    case 'link':
      return (
        <a href={value.href} target="_blank" rel="noreferrer noopener" className={styles.link}>
          {value.text}
        </a>
      )
    case 'json':
      return <JsonText value={value.json} />
    case 'output':
      return <pre className={styles.output}>{value.text.split('\n').map(plainText).map(visibleText).join('\n')}</pre>
    case 'seqs':
      return <EventRefs given={value.refs} lines={refs.excerpts && name === 'evidence' ? 4 : 0} refs={refs} />
  }
}

/** Named events that are shown at first, and with every click: each that is known by id only is looked up. */
const refsAtOnce = 12

function EventRefs({ given, lines, refs }: { given: (string | number)[]; lines: number; refs: Refs }) {
  const [most, setMost] = useState(refsAtOnce)
  return (
    <span className={lines > 0 ? styles.excerpts : styles.refs}>
      {given.slice(0, most).map((ref) => (
        <EventRef key={ref} given={ref} reads={refs.reads} lines={lines} onSelect={refs.onSelect} />
      ))}
      {given.length > most && (
        <button type="button" className={styles.more} onClick={() => setMost(most + refsAtOnce)}>
          {formatCount(given.length - most)} more
        </button>
      )}
    </span>
  )
}

/** Shown in the reader's zone, which only the browser knows. */
function Instant({ iso }: { iso: string }) {
  const [text, setText] = useState(iso)
  useEffect(() => setText(formatInstant(iso)), [iso])
  return (
    <time dateTime={iso} title={iso}>
      {text}
    </time>
  )
}
