import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTRPC } from '#components/api/trpc.ts'
import { kindStrip } from '#components/jobs/kindStrip.ts'
import type { JobSummary } from '#domain/job/served.ts'
import { isFinal } from '#domain/job/shape.ts'
import styles from './KindStrip.module.css'

const size = { width: 120, height: 18, columns: 40 }
/** Enough that no column falls between two of them. */
const buckets = 128
const refreshMs = 5_000

/** A job's micro-timeline: how much of what happened when. Asked for once its row is in view. */
export function KindStrip({ job, now }: { job: JobSummary; now: number }) {
  const box = useRef<HTMLDivElement>(null)
  const isSeen = useSeen(box)
  const isOver = isFinal(job.state)
  const { data } = useQuery(
    useTRPC().jobs.counts.queryOptions(
      { jobId: job.id, buckets },
      {
        enabled: isSeen && job.head > 1,
        // what is over does not change
        staleTime: isOver ? Number.POSITIVE_INFINITY : refreshMs,
        refetchInterval: isOver ? false : refreshMs,
      },
    ),
  )
  const end = job.completedAt === null ? now : Date.parse(job.completedAt)
  const strip = data ? kindStrip(data, end - Date.parse(job.createdAt), size) : []
  return (
    <div ref={box} className={styles.strip}>
      <svg aria-hidden="true" width={size.width} height={size.height} viewBox={`0 0 ${size.width} ${size.height}`}>
        {strip.map(({ kind, path }) => (
          <path key={kind} d={path} className={styles[kind]} />
        ))}
      </svg>
    </div>
  )
}

/** Whether an element came into view: then and from then on. */
function useSeen(element: React.RefObject<HTMLElement | null>): boolean {
  const [isSeen, setIsSeen] = useState(false)
  useEffect(() => {
    const { current } = element
    if (!current || isSeen) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setIsSeen(true)
      },
      { rootMargin: '200px' },
    )
    observer.observe(current)
    return () => observer.disconnect()
  }, [element, isSeen])
  return isSeen
}
