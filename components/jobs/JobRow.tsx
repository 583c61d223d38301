import Link from 'next/link'
import { memo } from 'react'
import { countOf, formatCompact } from '#components/format/count.ts'
import { formatAge, formatDuration, formatInstant } from '#components/format/time.ts'
import { stateGlyph, stateWords } from '#components/glyphs/jobStates.ts'
import { StatusGlyph } from '#components/glyphs/StatusGlyph.tsx'
import { KindStrip } from '#components/jobs/KindStrip.tsx'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { JobSummary } from '#domain/job/served.ts'
import { isFinal } from '#domain/job/shape.ts'
import styles from './JobRow.module.css'

const columns = [
  'State',
  'Job',
  'Who',
  'Timeline',
  'Gates',
  'Events',
  'Lines',
  'Tokens',
  'Duration',
  'Last heard',
  'Age',
] as const

const columnStyles = [
  styles.state,
  styles.job,
  styles.who,
  styles.strip,
  styles.gates,
  styles.count,
  styles.count,
  styles.count,
  styles.time,
  styles.heard,
  styles.age,
]

export function JobTableHead() {
  return (
    <thead className={styles.head}>
      <tr className={styles.row}>
        {columns.map((column, n) => (
          <th key={column} scope="col" className={columnStyles[n]}>
            {column}
          </th>
        ))}
      </tr>
    </thead>
  )
}

/** @param now milliseconds since the epoch; rows of jobs that are over are drawn anew only once a minute */
export const JobRow = memo(
  Row,
  (before, after) => before.job === after.job && !showsNewTime(after.job, before.now, after.now),
)

function Row({ job, now }: { job: JobSummary; now: number }) {
  const { totals } = job
  const title = visibleText(job.title ?? job.action)
  return (
    <tr className={styles.row}>
      <td className={styles.state}>
        <StatusGlyph status={stateGlyph[job.state]} />
        {stateWords[job.state]}
      </td>
      <td className={styles.job}>
        <Link href={`/jobs/${job.id}`} className={styles.link} data-row prefetch={false}>
          {title}
        </Link>
        {job.title !== null && <code className={styles.action}>{visibleText(job.action)}</code>}
        {job.attempt > 1 && <span className={styles.attempt}>attempt {job.attempt}</span>}
      </td>
      <td className={styles.who}>{visibleText(job.userId)}</td>
      <td className={styles.strip}>
        <KindStrip job={job} now={now} />
      </td>
      <td className={styles.gates}>
        <Gates passed={totals.gatesPassed} failed={totals.gatesFailed} />
      </td>
      <Count value={job.head} unit="event" />
      <Count value={totals.outputLines} unit="line" />
      <Count value={totals.inputTokens + totals.outputTokens} unit="token" />
      <td className={styles.time}>
        {job.startedAt === null ? <span className={styles.none}>–</span> : durationOf(job, job.startedAt, now)}
      </td>
      <LastHeard job={job} now={now} />
      <td className={styles.age} title={formatInstant(job.createdAt)}>
        {formatAge(now - Date.parse(job.createdAt))}
      </td>
    </tr>
  )
}

function Gates({ passed, failed }: { passed: number; failed: number }) {
  if (passed + failed === 0) return <span className={styles.none}>–</span>
  return (
    <>
      {passed > 0 && (
        <span className={styles.passed}>
          {passed}
          <span aria-hidden="true">✓</span>
          <span className="visuallyHidden"> passed</span>
        </span>
      )}
      {failed > 0 && (
        <span className={styles.failed}>
          {failed}
          <span aria-hidden="true">✗</span>
          <span className="visuallyHidden"> failed</span>
        </span>
      )}
    </>
  )
}

function Count({ value, unit }: { value: number; unit: string }) {
  return (
    <td className={styles.count} title={countOf(value, unit)}>
      {value === 0 ? <span className={styles.none}>–</span> : formatCompact(value)}
      <span className={styles.unit}> {value === 1 ? unit : `${unit}s`}</span>
    </td>
  )
}

/** A job that is said to run says when it was last heard from; for any other there is nothing to doubt. */
function LastHeard({ job, now }: { job: JobSummary; now: number }) {
  if (job.state !== 'running') return <td className={styles.heard} />
  return (
    <td className={styles.heard} title={formatInstant(job.lastEventAt)}>
      <span className={styles.unit}>heard </span>
      {formatAge(now - Date.parse(job.lastEventAt))}
    </td>
  )
}

function durationOf(job: JobSummary, startedAt: string, now: number): string {
  const end = job.completedAt === null ? now : Date.parse(job.completedAt)
  return formatDuration(end - Date.parse(startedAt))
}

function showsNewTime(job: JobSummary, before: number, after: number): boolean {
  if (before === after) return false
  if (!isFinal(job.state)) return true
  const age = (now: number) => formatAge(now - Date.parse(job.createdAt))
  return age(before) !== age(after)
}
