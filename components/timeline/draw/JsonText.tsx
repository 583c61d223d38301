import { useState } from 'react'
import { formatCount } from '#components/format/count.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import styles from './JsonText.module.css'

/** A payload may be 256 KiB: more than anybody reads at once, and slow to lay out. */
const shownAtFirst = 12_000

/** JSON as text, indented, harmless. */
export function JsonText({ value }: { value: unknown }) {
  const [isWhole, setIsWhole] = useState(false)
  const text = JSON.stringify(value, null, 2) ?? ''
  const shown = isWhole ? text : text.slice(0, shownAtFirst)
  return (
    <>
      <pre className={styles.json}>{shown.split('\n').map(visibleText).join('\n')}</pre>
      {shown.length < text.length && (
        <button type="button" className={styles.more} onClick={() => setIsWhole(true)}>
          Show {formatCount(text.length - shown.length)} more characters
        </button>
      )}
    </>
  )
}
