import type { JobIndex, Look } from '#chaos/checker/evidence.ts'
import type { Finding } from '#chaos/checker/findings.ts'

/** I7: what one look at the journal saw, every later one sees too, unchanged. */
export function checkLooks(looks: readonly Look[], jobs: ReadonlyMap<string, JobIndex>): Finding[] {
  return looks.flatMap(({ name, at, events }) =>
    [...events].flatMap(([key, seen]): Finding[] => {
      const [jobId = '', seq = ''] = key.split(' ')
      const event = jobs.get(jobId)?.events[Number(seq) - 1]
      if (event !== undefined && `${event.id} ${event.commitment}` === seen) return []
      const now = event === undefined ? 'is gone' : `is ${event.id} ${event.commitment} now`
      const what = `seq ${seq} was ${seen} at the look "${name}" and ${now}`
      return [{ invariant: 'I7', count: event === undefined ? 'lost' : 'other', what, where: `job ${jobId}`, at }]
    }),
  )
}
