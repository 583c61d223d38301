import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTRPC } from '#components/api/trpc.ts'
import { type ListFilter, queryOf } from '#components/jobs/listFilter.ts'
import type { JobFacets } from '#domain/job/served.ts'

const refreshMs = 6_000

/** How many jobs each choice of a filter would show; the last answer until the next is here. */
export function useFacets(filter: ListFilter): JobFacets | null {
  const { data } = useQuery(
    useTRPC().jobs.facets.queryOptions(queryOf(filter), {
      refetchInterval: refreshMs,
      placeholderData: keepPreviousData,
    }),
  )
  return data ?? null
}
