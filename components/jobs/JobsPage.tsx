'use client'

import { useSearchParams } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { useNow } from '#components/clock/useNow.ts'
import { countOf } from '#components/format/count.ts'
import { EmptyJobs } from '#components/jobs/EmptyJobs.tsx'
import { JobFilters } from '#components/jobs/JobFilters.tsx'
import { JobRow, JobTableHead } from '#components/jobs/JobRow.tsx'
import { filterPath, type ListFilter, readFilter } from '#components/jobs/listFilter.ts'
import { useJobList } from '#components/jobs/useJobList.ts'
import { TopBar } from '#components/shell/TopBar.tsx'
import { isFinal } from '#domain/job/shape.ts'
import styles from './JobsPage.module.css'

/** All jobs of the organisation, the newest first. */
export function JobsPage() {
  const params = useSearchParams()
  const filter = readFilter(new URLSearchParams(params.toString()))
  const { list, failure, isLoadingMore, loadMore, showNew, retry } = useJobList(filter)
  const table = useRef<HTMLTableElement>(null)
  useRowKeys(table)
  const isMoving = list?.jobs.some((job) => !isFinal(job.state)) ?? false
  const now = useNow(failure === null && (isMoving || list !== null))
  const isFiltered = filter.state !== null || filter.text !== ''
  return (
    <div className={styles.page}>
      <TopBar>
        <h1 className={styles.title}>Jobs</h1>
      </TopBar>
      <JobFilters filter={filter} onChange={setFilter} />
      <main className={styles.main}>
        {failure && (
          <p className={styles.failure} role="status">
            <span>
              {list ? 'Paused: ' : ''}
              {failure.detail}
              {failure.requestId && ` Request ${failure.requestId}.`}
            </span>
            <button type="button" className={styles.retry} onClick={retry}>
              Try again
            </button>
          </p>
        )}
        {list === null && !failure && <ListSkeleton />}
        {list?.jobs.length === 0 && (
          <EmptyJobs isFiltered={isFiltered} onClear={() => setFilter({ state: null, text: '' })} />
        )}
        {list !== null && list.jobs.length > 0 && (
          <table aria-label="Jobs" className={styles.table} ref={table}>
            <JobTableHead />
            <tbody>
              {list.jobs.map((job) => (
                <JobRow key={job.id} job={job} now={now} />
              ))}
            </tbody>
          </table>
        )}
        {list !== null && list.arrived.length > 0 && (
          <button type="button" className={styles.arrived} onClick={showNew}>
            ↑ {list.arrivedMore ? `${list.arrived.length}+` : list.arrived.length} new
          </button>
        )}
        {list?.next && (
          <button type="button" className={styles.more} onClick={loadMore} disabled={isLoadingMore}>
            {isLoadingMore ? 'Loading…' : 'Show older jobs'}
          </button>
        )}
        <p className="visuallyHidden" role="status">
          {list && list.arrived.length > 0 ? `${countOf(list.arrived.length, 'new job')} at the top` : ''}
        </p>
      </main>
    </div>
  )
}

/** Next keeps useSearchParams in step with the history, without asking the server for the page again. */
function setFilter(filter: ListFilter): void {
  window.history.replaceState(null, '', filterPath(filter))
}

function ListSkeleton() {
  return (
    <div className={styles.skeleton} aria-busy="true">
      <p className="visuallyHidden">Loading jobs</p>
      {Array.from({ length: 12 }, (_, row) => row).map((row) => (
        <div key={row} />
      ))}
    </div>
  )
}

/** j and k walk the rows; Enter is the link's own. */
function useRowKeys(table: React.RefObject<HTMLTableElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return
      const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0
      if (step === 0) return
      const links = [...(table.current?.querySelectorAll<HTMLAnchorElement>('a[data-row]') ?? [])]
      const at = links.indexOf(document.activeElement as HTMLAnchorElement)
      links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus()
      event.preventDefault()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [table])
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
}
