import { useEffect, useState } from 'react'
import { CopyButton } from '#components/copy/CopyButton.tsx'
import { formatInstant } from '#components/format/time.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import { JsonText } from '#components/timeline/draw/JsonText.tsx'
import type { Field, FieldValue } from '#components/timeline/layout/eventFields.ts'
import { plainText } from '#domain/ansi/plainText.ts'
import styles from './FieldList.module.css'

type Seqs = { findSeq: (ref: string | number) => number | null; onSelect: (seq: number) => void }

export function FieldList({ fields, findSeq, onSelect }: Seqs & { fields: Field[] }) {
  return (
    <dl className={styles.fields}>
      {fields.map((field) => (
        <div key={field.name} className={isWide(field.value) ? styles.wide : styles.field}>
          <dt className={styles.name}>{visibleText(field.name)}</dt>
          <dd className={styles.value}>
            <Value value={field.value} findSeq={findSeq} onSelect={onSelect} />
            <span className={styles.copy}>
              <CopyButton label={`Copy ${visibleText(field.name)}`} text={field.raw} />
            </span>
          </dd>
        </div>
      ))}
    </dl>
  )
}

function isWide(value: FieldValue): boolean {
  return value.as === 'json' || value.as === 'output'
}

function Value({ value, findSeq, onSelect }: Seqs & { value: FieldValue }) {
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
      return value.refs.map((ref) => {
        const seq = findSeq(ref)
        return seq === null ? (
          <code key={ref}>{visibleText(String(ref))} </code>
        ) : (
          <button key={ref} type="button" className={styles.seq} onClick={() => onSelect(seq)}>
            #{seq}
          </button>
        )
      })
  }
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
