import { useEffect, useRef, useState } from 'react'
import { type Failure, isLasting } from '#components/api/failure.ts'
import { steadyNow } from '#components/clock/steadyNow.ts'

/** What the list may truthfully say about its line to the server. Moments are steadyNow(). */
export type ListLine =
  | { state: 'connecting' }
  | { state: 'live' }
  /** an answer is overdue */
  | { state: 'silent'; heardAt: number }
  /** the newest try failed; the next is at `retryAt` */
  | { state: 'waiting'; retryAt: number; heardAt: number; reason: string }
  /** asking again would not help */
  | { state: 'refused' }

type Asked = {
  /** changes with every answer; 0 before the first */
  answeredAt: number
  /** changes with every failure */
  failures: number
  /** of the newest try; null if it was answered, or is under way for the first time */
  failure: Failure | null
  /** from one try to the next, in milliseconds */
  everyMs: number
}

/** Milliseconds beyond the next try within which its answer is still in time. */
const patienceMs = 5_000

/** Tells from the answers to a question that is asked again and again whether they still hold. */
export function useListLine({ answeredAt, failures, failure, everyMs }: Asked): ListLine {
  const [line, setLine] = useState<ListLine>({ state: 'connecting' })
  const heardAt = useRef(0)

  useEffect(() => {
    if (answeredAt === 0) return setLine({ state: 'connecting' })
    const at = steadyNow()
    heardAt.current = at
    setLine({ state: 'live' })
    const overdue = () => setLine((before) => (before.state === 'live' ? { state: 'silent', heardAt: at } : before))
    const timer = setTimeout(overdue, everyMs + patienceMs)
    return () => clearTimeout(timer)
  }, [answeredAt, everyMs])

  const detail = failure?.detail ?? null
  const isRefusal = failure !== null && isLasting(failure)
  useEffect(() => {
    if (failures === 0 || detail === null) return
    if (isRefusal) return setLine({ state: 'refused' })
    setLine({ state: 'waiting', retryAt: steadyNow() + everyMs, heardAt: heardAt.current, reason: detail })
  }, [failures, detail, isRefusal, everyMs])
  return line
}
