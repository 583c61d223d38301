'use client'

import { Notice } from '#components/notice/Notice.tsx'
import { JobScreen } from '#components/timeline/draw/JobScreen.tsx'
import { LoadingJob } from '#components/timeline/draw/LoadingJob.tsx'
import { useJobTimeline, useVersion } from '#components/timeline/draw/useJobTimeline.ts'

/** One job, live. */
export function JobPage({ jobId }: { jobId: string }) {
  const { timeline, retryNow } = useJobTimeline(jobId)
  useVersion(timeline)
  const { connection, isLoaded } = timeline
  if (connection.state === 'refused') return <RefusedJob problem={connection.problem} />
  if (!isLoaded) return <LoadingJob timeline={timeline} onRetry={retryNow} />
  return <JobScreen timeline={timeline} onRetry={retryNow} />
}

type Refusal = { status: number; code: string; detail: string; requestId?: string; type?: string }

function RefusedJob({ problem }: { problem: Refusal }) {
  const links = [{ href: '/', label: 'All jobs' }]
  const facts = [{ name: 'Problem', value: problem.type ?? problem.code }]
  if (problem.requestId) facts.push({ name: 'Request', value: problem.requestId })
  if (problem.status === 401)
    return <Notice title="You are signed out" links={[{ href: '/login', label: 'Sign in' }]} />
  if (problem.status === 404) {
    return (
      <Notice title="There is no such job" links={links} facts={facts}>
        <p>The address may be wrong, or the job may belong to another organisation.</p>
      </Notice>
    )
  }
  return (
    <Notice title="This job cannot be shown" links={links} facts={facts}>
      <p>{problem.detail}</p>
    </Notice>
  )
}
