const storageKey = 'waybill-list'

/** Ids in the order of the list that a tab showed last: a job's page leads from there to its neighbours. */
export function keepTrail(ids: readonly string[]): void {
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(ids))
  } catch {
    // storage is blocked or full: the job's page then knows no neighbours
  }
}

/** The job so many rows further down in that list; null if there is none, or the job was not in it. */
export function neighbourOf(jobId: string, by: number): string | null {
  try {
    return neighbourIn(JSON.parse(sessionStorage.getItem(storageKey) ?? '[]'), jobId, by)
  } catch {
    return null
  }
}

export function neighbourIn(ids: unknown, jobId: string, by: number): string | null {
  if (!Array.isArray(ids)) return null
  const at = ids.indexOf(jobId)
  const next: unknown = at < 0 ? undefined : ids[at + by]
  return typeof next === 'string' ? next : null
}
