import { useEffect, useState } from 'react'
import { reachable } from '#components/a11y/reachable.ts'
import { JsonText } from '#components/timeline/draw/JsonText.tsx'
import type { Event } from '#domain/events/envelope.ts'
import type { Json } from '#domain/events/fields.ts'
import styles from './ToolDetail.module.css'

type ToolDetailProps = { seq: number; loadEvent: (seq: number) => Promise<Event | null> }

/** What a tool was given and what it gave back, side by side. Read whole only now: lists carry shortened values. */
export function ToolDetail({ seq, loadEvent }: ToolDetailProps) {
  const [loaded, setLoaded] = useState<{ event: Event | null } | 'failed' | null>(null)
  useEffect(() => {
    let isWanted = true
    setLoaded(null)
    loadEvent(seq).then(
      (event) => isWanted && setLoaded({ event }),
      () => isWanted && setLoaded('failed'),
    )
    return () => {
      isWanted = false
    }
  }, [seq, loadEvent])
  if (loaded === null) return <p className={styles.quiet}>Loading…</p>
  if (loaded === 'failed')
    return <p className={styles.quiet}>Event {seq} could not be read. Close and open it again.</p>
  const { event } = loaded
  if (event?.type !== 'ai.tool_called' || event.payload === null) return <p className={styles.quiet}>Content erased.</p>
  const { arguments: given, result, error } = event.payload
  return (
    <div className={styles.detail}>
      <Side title="Arguments" value={given} />
      {error ? (
        <Side title="Error" value={{ code: error.code, message: error.message }} />
      ) : (
        <Side title="Result" value={result} />
      )}
    </div>
  )
}

function Side({ title, value }: { title: string; value: Json | undefined }) {
  return (
    <section className={styles.side} aria-label={title} {...reachable}>
      <h3>{title}</h3>
      {value === undefined ? <p className={styles.quiet}>not recorded</p> : <JsonText value={value} />}
    </section>
  )
}
