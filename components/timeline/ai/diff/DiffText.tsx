import { useMemo, useState } from 'react'
import { countOf } from '#components/format/count.ts'
import { diffFields } from '#components/timeline/ai/diff/diffFields.ts'
import type { DiffRow } from '#components/timeline/ai/diff/diffRows.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { Json } from '#domain/events/fields.ts'
import styles from './DiffText.module.css'

/** More than anybody reads at once, and slow to lay out. */
const shownAtFirst = 300
const shownOfPart = 2_000

type DiffTextProps = { before: Json | undefined; after: Json | undefined }

/** What differs between two values, line by line: `−` before, `+` after, and the words that differ. */
export function DiffText({ before, after }: DiffTextProps) {
  const fields = useMemo(() => diffFields(before, after), [before, after])
  if (fields.length === 0) {
    return <p className={styles.none}>{after === undefined ? 'not recorded in either' : 'no difference'}</p>
  }
  return fields.map(({ name, rows }) => (
    <section key={name}>
      {name !== null && <h4 className={styles.name}>{visibleText(name)}</h4>}
      <Rows rows={rows} />
    </section>
  ))
}

function Rows({ rows }: { rows: readonly DiffRow[] }) {
  const [isWhole, setIsWhole] = useState(false)
  const shown = (isWhole ? rows : rows.slice(0, shownAtFirst)).map((row, key) => ({ row, key }))
  return (
    <>
      <div className={styles.diff}>
        {shown.map(({ row, key }) => (
          <Row key={key} row={row} />
        ))}
      </div>
      {shown.length < rows.length && (
        <button type="button" className={styles.more} onClick={() => setIsWhole(true)}>
          Show {countOf(rows.length - shown.length, 'more line', 'more lines')}
        </button>
      )}
    </>
  )
}

const signs = { same: ' ', removed: '−', added: '+' } as const
const spoken = { same: null, removed: 'before: ', added: 'after: ' } as const

function Row({ row }: { row: DiffRow }) {
  if (row.kind === 'gap') return <p className={styles.gap}>{countOf(row.lines, 'equal line')}</p>
  const parts = row.parts.map((part, key) => ({ ...part, key }))
  return (
    <p className={styles[row.kind]}>
      <span className={styles.sign} aria-hidden="true">
        {signs[row.kind]}
      </span>
      <span className={styles.line}>
        {spoken[row.kind] && <span className="visuallyHidden">{spoken[row.kind]}</span>}
        {parts.map(({ key, text, isChanged }) =>
          isChanged ? <mark key={key}>{shortOf(text)}</mark> : <span key={key}>{shortOf(text)}</span>,
        )}
      </span>
    </p>
  )
}

/** A line may be a quarter of a megabyte: its beginning is shown, all of it is in the event's JSON. */
function shortOf(text: string): string {
  const more = text.length - shownOfPart
  return more <= 0 ? visibleText(text) : `${visibleText(text.slice(0, shownOfPart))}… (+${countOf(more, 'character')})`
}
