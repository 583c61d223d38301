import { notFound, redirect } from 'next/navigation'

/** The address of one event: leads to it on its job's page. */
export default async function Page({ params }: { params: Promise<{ jobId: string; seq: string }> }) {
  const { jobId, seq } = await params
  if (!/^[1-9]\d{0,15}$/.test(seq)) notFound()
  redirect(`/jobs/${encodeURIComponent(jobId)}?sel=${seq}`)
}
