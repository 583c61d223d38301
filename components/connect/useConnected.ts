import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTRPC, useTRPCClient } from '#components/api/trpc.ts'
import { type ConnectWay, labelOf } from '#components/connect/snippets.ts'
import type { JobSummary } from '#domain/job/served.ts'

const ways: ConnectWay['id'][] = ['cli', 'curl', 'sdk']
const refreshMs = 1_500

/** The job that each way has made so far, by its label. Looks among the newest jobs until all are found, then at those. */
export function useConnected(visit: string): Partial<Record<ConnectWay['id'], JobSummary>> {
  const [found, setFound] = useState<Partial<Record<ConnectWay['id'], JobSummary>>>({})
  const isLooking = ways.some((way) => found[way] === undefined)
  const newest = useQuery(
    useTRPC().jobs.list.queryOptions({ limit: 50 }, { refetchInterval: refreshMs, enabled: isLooking }),
  )
  const client = useTRPCClient()
  // its first event is the making of the job; what the reader waits for is the one after
  const waiting = ways.flatMap((way) => (found[way] && found[way].head < 2 ? [found[way].id] : []))
  const followed = useQuery({
    queryKey: ['jobs of the connect page', waiting],
    queryFn: () => Promise.all(waiting.map((jobId) => client.jobs.summary.query({ jobId }))),
    refetchInterval: refreshMs,
    enabled: waiting.length > 0,
  })
  useEffect(() => {
    const jobs = [...(newest.data?.jobs ?? []), ...(followed.data ?? [])]
    setFound((before) => {
      const after = { ...before }
      for (const job of jobs) {
        const way = ways.find((candidate) => job.labels.connect === labelOf(candidate, visit))
        if (way && job.head > (after[way]?.head ?? 0)) after[way] = job
      }
      return after
    })
  }, [newest.data, followed.data, visit])
  return found
}
