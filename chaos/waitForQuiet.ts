import { setTimeout as sleep } from 'node:timers/promises'
import { readWindows } from '#chaos/checker/readWindows.ts'
import { now } from '#chaos/clock.ts'
import type { Transcripts } from '#chaos/load/transcript.ts'
import type { World } from '#chaos/world/openWorld.ts'
import { patiently } from '#chaos/world/patiently.ts'

/** Longest that followers, windows and projector may take once nothing is sent or hurt any more. */
const PATIENCE_MS = 60_000

/**
 * Waits until everybody has everything: each follower the head of its job, each followed job its window, the projector
 * all. Gives up after a minute: what is missing then, the checker names.
 *
 * @returns what was missing when it gave up
 */
export async function waitForQuiet(world: World, transcripts: Transcripts): Promise<string[]> {
  const until = now() + PATIENCE_MS
  for (;;) {
    const missing = await patiently(() => listMissing(world, transcripts))
    if (missing.length === 0 || now() > until) return missing
    await sleep(300)
  }
}

async function listMissing({ owner, valkey, epoch }: World, transcripts: Transcripts): Promise<string[]> {
  const rows = await owner<{ job_id: string; head: number; projected: number | null }[]>`
    select e.job_id, max(e.seq) as head, max(t.projected_seq) as projected
    from job_events e left join job_projections t on t.job_id = e.job_id group by e.job_id`
  const heads = new Map(rows.map(({ job_id, head }) => [job_id, head]))
  const open = transcripts.openConnections().filter((connection) => !connection.isEnded())
  const windows = await readWindows(valkey.url, await epoch())
  const ends = new Map(windows.map(({ jobId, entries }) => [jobId, Number.parseInt(entries.at(-1)?.id ?? '0', 10)]))
  return [
    ...rows
      .filter(({ head, projected }) => projected !== head)
      .map(({ job_id, head, projected }) => `job ${job_id} is projected as of ${projected} of ${head}`),
    ...open
      .filter(({ follower, last }) => last() < (heads.get(follower.jobId) ?? 0))
      .map(({ follower, last }) => `${follower.name} has ${last()} of ${heads.get(follower.jobId)}`),
    ...[...new Set(open.map(({ follower }) => follower.jobId))]
      .filter((jobId) => ends.get(jobId) !== heads.get(jobId))
      .map((jobId) => `the window of job ${jobId} ends at ${ends.get(jobId) ?? 0} of ${heads.get(jobId)}`),
  ]
}
