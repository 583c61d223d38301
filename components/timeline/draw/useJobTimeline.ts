import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { goToLogin } from '#components/api/goToLogin.ts'
import { followJob } from '#components/timeline/data/followJob.ts'
import { httpReads } from '#components/timeline/data/jobReads.ts'
import { JobTimeline } from '#components/timeline/data/jobTimeline.ts'

/** A job's timeline, followed while the component is there, and a way to cut short the wait for the next try. */
export function useJobTimeline(jobId: string): { timeline: JobTimeline; retryNow: () => void } {
  const [timeline] = useState(() => new JobTimeline({ jobId, reads: httpReads(jobId) }))
  const wake = useRef<() => void>(() => {})
  const retryNow = useCallback(() => wake.current(), [])

  useEffect(() => {
    const controller = new AbortController()
    const wait = (ms: number) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        wake.current = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    void followJob({ jobId, sink: timeline, signal: controller.signal, wait }).then(() => {
      const { connection } = timeline
      if (connection.state === 'refused' && connection.problem.status === 401) goToLogin()
    })
    window.addEventListener('online', retryNow)
    return () => {
      controller.abort()
      wake.current()
      window.removeEventListener('online', retryNow)
    }
  }, [jobId, timeline, retryNow])

  return { timeline, retryNow }
}

/** Renders again whenever the timeline changed, at most 20 times a second. @returns its version, for memos */
export function useVersion(timeline: JobTimeline): number {
  return useSyncExternalStore(timeline.subscribe, timeline.getVersion, () => 0)
}
