'use client'

import { useRouter, useSearchParams } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { useNow } from '#components/clock/useNow.ts'
import { useServerClock } from '#components/clock/useServerClock.ts'
import { copyText } from '#components/copy/copyText.ts'
import { countOf } from '#components/format/count.ts'
import { EmptyJobs } from '#components/jobs/EmptyJobs.tsx'
import { JobFacetList } from '#components/jobs/JobFacetList.tsx'
import { JobFilters } from '#components/jobs/JobFilters.tsx'
import { JobRow, JobTableHead } from '#components/jobs/JobRow.tsx'
import { jobsBindings } from '#components/jobs/jobsBindings.ts'
import { ListChip } from '#components/jobs/ListChip.tsx'
import { filterPath, isFiltering, type ListFilter, noFilter, readFilter } from '#components/jobs/listFilter.ts'
import { keepTrail } from '#components/jobs/listTrail.ts'
import { useFacets } from '#components/jobs/useFacets.ts'
import { useJobList } from '#components/jobs/useJobList.ts'
import { CommandPalette } from '#components/keys/CommandPalette.tsx'
import { KeySheet } from '#components/keys/KeySheet.tsx'
import { useKeys } from '#components/keys/useKeys.ts'
import { IconButton } from '#components/shell/IconButton.tsx'
import { TopBar } from '#components/shell/TopBar.tsx'
import styles from './JobsPage.module.css'

/** All jobs of the organisation, the newest first. */
export function JobsPage() {
  const params = useSearchParams()
  const router = useRouter()
  const filter = readFilter(new URLSearchParams(params.toString()))
  const { list, failure, line, isLoadingMore, loadMore, showNew, retry } = useJobList(filter)
  const facets = useFacets(filter)
  const jobs = list?.jobs
  useEffect(() => {
    if (jobs) keepTrail(jobs.map((job) => job.id))
  }, [jobs])
  const table = useRef<HTMLTableElement>(null)
  const search = useRef<HTMLInputElement>(null)
  const [dialog, setDialog] = useState<'keys' | 'palette' | null>(null)
  const isLive = line.state === 'live'
  const ticked = useNow(isLive)
  // Rows that nobody renews stay at the moment of the last answer.
  const now = useServerClock().at('heardAt' in line ? Math.min(ticked, line.heardAt) : ticked)
  const bindings = jobsBindings({
    move: (by) => moveFocus(table.current, by),
    filterState: (state) => changeFilter({ state }),
    focusSearch: () => search.current?.focus(),
    showNew,
    connect: () => router.push('/connect'),
    copyLink: () => void copyText(window.location.href),
    showKeys: () => setDialog('keys'),
    showPalette: () => setDialog('palette'),
  })
  useKeys(bindings)
  return (
    <div className={styles.page}>
      <TopBar>
        <h1 className={styles.title}>Jobs</h1>
        <span className={styles.spring} />
        <ListChip line={line} onRetry={retry} />
        <IconButton label="Keyboard" shortcut="?" onClick={() => setDialog('keys')}>
          <kbd>?</kbd>
        </IconButton>
      </TopBar>
      <div className={styles.columns}>
        {facets && (isFiltering(filter) || facets.states.length > 0) && (
          <JobFacetList facets={facets} filter={filter} onChange={changeFilter} />
        )}
        <main className={styles.main}>
          <JobFilters filter={filter} inputRef={search} onChange={changeFilter} />
          {failure && (list === null || line.state === 'refused') && (
            <p className={styles.failure} role="status">
              <span>
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
            <EmptyJobs isFiltered={isFiltering(filter)} isListening={isLive} onClear={() => changeFilter(noFilter)} />
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
            {line.state === 'waiting' || line.state === 'silent' ? 'Connection lost. ' : ''}
            {list && list.arrived.length > 0 ? `${countOf(list.arrived.length, 'new job')} at the top` : ''}
          </p>
        </main>
      </div>
      {dialog === 'keys' && <KeySheet bindings={bindings} onClose={() => setDialog(null)} />}
      {dialog === 'palette' && (
        <CommandPalette bindings={bindings} placeholder="A command" onClose={() => setDialog(null)} />
      )}
    </div>
  )
}

/**
 * Next keeps useSearchParams in step with the history, without asking the server for the page again. What is not changed is
 * as the address has it: the page that is drawn may be a change behind.
 */
function changeFilter(change: Partial<ListFilter>): void {
  const filter = readFilter(new URLSearchParams(window.location.search))
  window.history.replaceState(null, '', filterPath({ ...filter, ...change }))
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

/** Focuses the link of the row so many further down. */
function moveFocus(table: HTMLTableElement | null, by: number): void {
  const links = [...(table?.querySelectorAll<HTMLAnchorElement>('a[data-row]') ?? [])]
  const at = links.indexOf(document.activeElement as HTMLAnchorElement)
  links[Math.max(0, Math.min(links.length - 1, at + by))]?.focus()
}
