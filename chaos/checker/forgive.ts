import type { Look, RequestRecord, SetBack, WindowRecord } from '#chaos/checker/evidence.ts'

/** A window that was read just then may still be one of the lost future, which nobody looks at any more. */
const WINDOW_GRACE_MS = 2000

export type Forgivable = {
  requests: readonly RequestRecord[]
  looks: readonly Look[]
  /** whether the journal has the job */
  isThere(jobId: string): boolean
}

/**
 * What is left to be held against the journal when PostgreSQL was set back: a restore takes away what was recorded since
 * its copy, and with it what was promised. Whether a request that was not answered is there whole is asked all the same.
 */
export function forgive<T extends Forgivable>(
  setBacks: readonly SetBack[],
  evidence: T,
): Pick<T, 'requests' | 'looks'> {
  if (setBacks.length === 0) return evidence
  return {
    requests: evidence.requests.filter(({ jobId, outcome, sentAt, endedAt }) => {
      // Emitters go on with jobs that are gone altogether, and send again what they were not answered.
      const isRefused = outcome.kind === 'refused' && outcome.code === 'NOT_FOUND'
      if (isRefused || outcome.kind === 'unanswered') return evidence.isThere(jobId)
      return !setBacks.some(({ from, to }) => sentAt <= to && endedAt >= from)
    }),
    looks: evidence.looks.filter(({ at }) => !setBacks.some(({ from, to }) => at >= from && at <= to)),
  }
}

export function isForgiven(setBacks: readonly SetBack[], { at }: WindowRecord): boolean {
  return at !== undefined && setBacks.some(({ from, to }) => at >= from && at <= to + WINDOW_GRACE_MS)
}
