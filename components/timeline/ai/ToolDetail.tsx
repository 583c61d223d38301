import { useEffect, useState } from 'react'
import { reachable } from '#components/a11y/reachable.ts'
import { DiffText } from '#components/timeline/ai/diff/DiffText.tsx'
import type { ToolCall, ToolEvent } from '#components/timeline/ai/toolCalls.ts'
import { JsonText } from '#components/timeline/draw/JsonText.tsx'
import type { Event } from '#domain/events/envelope.ts'
import type { Json } from '#domain/events/fields.ts'
import styles from './ToolDetail.module.css'

type ToolDetailProps = {
  call: ToolCall
  isComparing: boolean
  loadEvent: (seq: number) => Promise<Event | null>
  onCompare: () => void
  onSelect: (seq: number) => void
}

/**
 * What a tool was given and what it gave back, side by side; compared with an earlier call, what differs. Read whole only
 * now: lists carry shortened values.
 */
export function ToolDetail({ call, isComparing, loadEvent, onCompare, onSelect }: ToolDetailProps) {
  const { seq, comparison } = call
  const earlier = isComparing ? (comparison?.seq ?? null) : null
  const shown = useToolEvent(seq, loadEvent)
  const before = useToolEvent(earlier, loadEvent)
  return (
    <div className={styles.detail}>
      {comparison && (
        <p className={styles.compare}>
          <button type="button" className={styles.toggle} aria-pressed={isComparing} onClick={onCompare}>
            Compare with #{comparison.seq}
          </button>
          <span>{hasWords[comparison.has]}</span>
          {isComparing && (
            <button type="button" className={styles.link} onClick={() => onSelect(comparison.seq)}>
              Go to #{comparison.seq}
            </button>
          )}
        </p>
      )}
      <Sides shown={shown} before={earlier === null ? null : before} />
    </div>
  )
}

const hasWords = {
  'same arguments': 'the same call before it',
  'same subject': 'the call before it on the same',
  'same tool': 'the call before it',
} as const

type Loaded = ToolEvent | 'loading' | 'failed' | 'gone'

function useToolEvent(seq: number | null, loadEvent: ToolDetailProps['loadEvent']): Loaded {
  const [loaded, setLoaded] = useState<{ seq: number; as: Loaded } | null>(null)
  useEffect(() => {
    if (seq === null) return
    let isWanted = true
    loadEvent(seq).then(
      (event) => isWanted && setLoaded({ seq, as: event?.type === 'ai.tool_called' && event.payload ? event : 'gone' }),
      () => isWanted && setLoaded({ seq, as: 'failed' }),
    )
    return () => {
      isWanted = false
    }
  }, [seq, loadEvent])
  return loaded?.seq === seq ? loaded.as : 'loading'
}

const whyNot = {
  loading: 'Loading…',
  failed: 'It could not be read. Close this and open it again.',
  gone: 'Content erased.',
} as const

function Sides({ shown, before }: { shown: Loaded; before: Loaded | null }) {
  if (typeof shown === 'string') return <p className={styles.quiet}>{whyNot[shown]}</p>
  if (typeof before === 'string') return <p className={styles.quiet}>{whyNot[before]}</p>
  const now = sidesOf(shown)
  const then = before && sidesOf(before)
  return (
    <>
      <Side title="Arguments" value={now.given} before={then && { value: then.given }} />
      <Side title={now.title} value={now.gave} before={then && { value: then.gave }} />
    </>
  )
}

function sidesOf({ payload }: ToolEvent): { given: Json | undefined; title: string; gave: Json | undefined } {
  const { arguments: given, result, error } = payload
  if (!error) return { given, title: 'Result', gave: result }
  return { given, title: 'Error', gave: error }
}

type SideProps = { title: string; value: Json | undefined; before: { value: Json | undefined } | null }

function Side({ title, value, before }: SideProps) {
  return (
    <section className={styles.side} aria-label={title} {...reachable}>
      <h3>{title}</h3>
      {before ? (
        <DiffText before={before.value} after={value} />
      ) : value === undefined ? (
        <p className={styles.quiet}>not recorded</p>
      ) : (
        <JsonText value={value} />
      )}
    </section>
  )
}
