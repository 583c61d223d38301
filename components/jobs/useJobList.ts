import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { type Failure, failureOf } from '#components/api/failure.ts'
import { useTRPC, useTRPCClient } from '#components/api/trpc.ts'
import { type ListFilter, queryOf } from '#components/jobs/listFilter.ts'
import { extend, firstList, type JobList, refresh, showArrived, update } from '#components/jobs/mergeJobs.ts'
import { type ListLine, useListLine } from '#components/jobs/useListLine.ts'
import { isFinal } from '#domain/job/shape.ts'

const pageSize = 50
const refreshMs = 3_000
/** jobs beyond the first page that are asked for one by one in one round; more make the rounds rarer */
const followedPerRound = 40

export type JobListState = {
  list: JobList | null
  failure: Failure | null
  line: ListLine
  isLoadingMore: boolean
  loadMore(): void
  showNew(): void
  retry(): void
}

/** The jobs that match a filter, kept current: rows change in place, new jobs wait until they are asked for. */
export function useJobList(filter: ListFilter): JobListState {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const input = { limit: pageSize, ...queryOf(filter) }
  const key = JSON.stringify(input)
  const page = useQuery(trpc.jobs.list.queryOptions(input, { refetchInterval: refreshMs, retry: false }))
  const [shown, setShown] = useState<{ key: string; list: JobList } | null>(null)
  const [isLoadingMore, setIsLoadingMore] = useState(false)

  const change = useCallback((take: (list: JobList) => JobList) => {
    setShown((before) => before && { ...before, list: take(before.list) })
  }, [])

  const { data } = page
  useEffect(() => {
    if (!data) return
    setShown((before) => ({ key, list: before?.key === key ? refresh(before.list, data) : firstList(data) }))
  }, [data, key])

  const inPage = new Set(data?.jobs.map((job) => job.id))
  const beyond = (shown?.list.jobs ?? [])
    .filter((job) => !isFinal(job.state) && !inPage.has(job.id))
    .map((job) => job.id)
  const others = useQuery({
    queryKey: ['jobs beyond the first page', beyond],
    queryFn: () => Promise.all(beyond.map((jobId) => client.jobs.summary.query({ jobId }))),
    refetchInterval: refreshMs * Math.ceil(beyond.length / followedPerRound),
    enabled: beyond.length > 0,
  })
  const { data: fresh } = others
  useEffect(() => {
    if (fresh) change((list) => update(list, fresh))
  }, [fresh, change])

  const list = shown?.key === key ? shown.list : null
  const failure = page.error ? failureOf(page.error) : null
  const asked = { answeredAt: page.dataUpdatedAt, failures: page.errorUpdateCount, failure, everyMs: refreshMs }
  return {
    list,
    failure,
    line: useListLine(asked),
    isLoadingMore,
    retry: () => void page.refetch(),
    showNew: () => {
      if (list?.arrivedMore && data) setShown({ key, list: firstList(data) })
      else change(showArrived)
    },
    loadMore: () => {
      if (!list?.next || isLoadingMore) return
      setIsLoadingMore(true)
      client.jobs.list
        .query({ ...input, cursor: list.next })
        .then((older) => change((before) => extend(before, older)))
        .catch(() => void page.refetch())
        .finally(() => setIsLoadingMore(false))
    },
  }
}
