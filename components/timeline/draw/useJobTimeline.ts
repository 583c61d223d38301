import { useEffect, useState, useSyncExternalStore } from 'react'
import { goToLogin } from '#components/api/goToLogin.ts'
import { listenForLogin, loginMark } from '#components/login/loginMark.ts'
import { followJob } from '#components/timeline/data/followJob.ts'
import { httpReads } from '#components/timeline/data/jobReads.ts'
import { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { createNudge } from '#components/timeline/data/nudge.ts'
import { openTabs } from '#components/timeline/data/tabs.ts'

/** A job's timeline, followed while the component is there, and a way to cut short the wait for the next try. */
export function useJobTimeline(jobId: string): { timeline: JobTimeline; retryNow: () => void } {
  const [timeline] = useState(() => new JobTimeline({ jobId, reads: httpReads(jobId) }))
  const [nudge] = useState(createNudge)

  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    void followJob({ jobId, sink: timeline, signal, nudge, tabs: openTabs(jobId, loginMark()) }).then(() => {
      const { connection } = timeline
      if (connection.state === 'refused' && connection.problem.status === 401) goToLogin()
    })
    const onVisible = () => {
      // A hidden page's timers are slowed down: what it waited for may be overdue.
      if (!document.hidden && timeline.connection.state !== 'live') nudge.now()
    }
    // Offline, too: no error tells that the route is gone, and a server on this machine may still be there.
    window.addEventListener('online', nudge.now)
    window.addEventListener('offline', nudge.now)
    document.addEventListener('visibilitychange', onVisible)
    // What was opened in another's name is asked for anew.
    const deaf = listenForLogin(nudge.now)
    return () => {
      controller.abort()
      deaf()
      window.removeEventListener('online', nudge.now)
      window.removeEventListener('offline', nudge.now)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [jobId, timeline, nudge])

  return { timeline, retryNow: nudge.now }
}

/** Renders again whenever the timeline changed, at most 20 times a second. @returns its version, for memos */
export function useVersion(timeline: JobTimeline): number {
  return useSyncExternalStore(timeline.subscribe, timeline.getVersion, () => 0)
}
