import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { Redaction } from '#domain/events/envelope.ts'
import type { Json } from '#domain/events/fields.ts'
import styles from './Inputs.module.css'

type InputsProps = { inputs: Record<string, Json>; redactions: readonly Redaction[]; onOpen: () => void }

const shown = 5
const shownCharacters = 48

/** The job's inputs at a glance; the event that carries them tells the rest. */
export function Inputs({ inputs, redactions, onOpen }: InputsProps) {
  const entries = Object.entries(inputs)
  if (entries.length === 0) return null
  return (
    <button type="button" className={styles.inputs} onClick={onOpen} title="Show all inputs">
      <span className={styles.caption}>inputs</span>
      {entries.slice(0, shown).map(([name, value]) => (
        <span key={name} className={styles.input}>
          <span className={styles.name}>{visibleText(name)}</span>
          {isRedacted(name, redactions) ? (
            <span className={styles.redacted}>redacted</span>
          ) : (
            <span>{brief(value)}</span>
          )}
        </span>
      ))}
      {entries.length > shown && <span className={styles.caption}>+{entries.length - shown}</span>}
    </button>
  )
}

/** RFC 6901 §3: `~` and `/` in a name are written `~0` and `~1`. */
function isRedacted(name: string, redactions: readonly Redaction[]): boolean {
  const path = `/inputs/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
  return redactions.some((redaction) => redaction.path === path || redaction.path === '/inputs')
}

function brief(value: Json): string {
  const text = visibleText(typeof value === 'string' ? value : JSON.stringify(value))
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text
}
