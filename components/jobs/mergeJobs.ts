import type { JobPage, JobSummary } from '#domain/job/served.ts'

/** The list as it is shown: rows keep their places until the reader asks for the new ones. */
export type JobList = {
  jobs: readonly JobSummary[]
  /** newer jobs that wait above, newest first */
  arrived: readonly JobSummary[]
  /** more may have arrived than one page holds */
  arrivedMore: boolean
  /** cursor of the jobs after the last shown; null at the end */
  next: string | null
}

export function firstList(page: JobPage): JobList {
  return { jobs: page.jobs, arrived: [], arrivedMore: false, next: page.next }
}

/** Takes a fresh first page in: known jobs change in place, unknown ones wait. */
export function refresh(list: JobList, page: JobPage): JobList {
  if (list.jobs.length === 0) return firstList(page)
  const shown = new Set(list.jobs.map((job) => job.id))
  const arrived = page.jobs.filter((job) => !shown.has(job.id))
  const gapless = page.next === null || page.jobs.some((job) => shown.has(job.id))
  return { ...update(list, page.jobs), arrived, arrivedMore: arrived.length > 0 && !gapless }
}

/** Fresh figures of jobs that are shown; an answer that was overtaken by a newer one changes nothing. */
export function update(list: JobList, fresh: readonly JobSummary[]): JobList {
  const byId = new Map(fresh.map((job) => [job.id, job]))
  const jobs = list.jobs.map((job) => {
    const newer = byId.get(job.id)
    return newer && newer.head >= job.head ? newer : job
  })
  return { ...list, jobs }
}

/** Shows the jobs that waited. Needs no page if none can lie between them and the shown ones. */
export function showArrived(list: JobList): JobList {
  return { ...list, jobs: [...list.arrived, ...list.jobs], arrived: [], arrivedMore: false }
}

/** Adds an older page at the end. */
export function extend(list: JobList, page: JobPage): JobList {
  const shown = new Set(list.jobs.map((job) => job.id))
  return { ...list, jobs: [...list.jobs, ...page.jobs.filter((job) => !shown.has(job.id))], next: page.next }
}
