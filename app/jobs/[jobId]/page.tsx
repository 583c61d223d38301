import type { Metadata } from 'next'
import { Suspense } from 'react'
import { JobPage } from '#components/timeline/draw/JobPage.tsx'

export const metadata: Metadata = { title: 'Job' }

export default async function Page({ params }: { params: Promise<{ jobId: string }> }) {
  const { jobId } = await params
  return (
    <Suspense>
      <JobPage key={jobId} jobId={jobId} />
    </Suspense>
  )
}
