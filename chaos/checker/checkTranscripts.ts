import type { JobIndex, SetBack, TranscriptLine } from '#chaos/checker/evidence.ts'
import type { Finding } from '#chaos/checker/findings.ts'

type Opened = Extract<TranscriptLine, { kind: 'open' }>
type Line<K extends TranscriptLine['kind']> = Extract<TranscriptLine, { kind: K }>
/** `mayBeGone`: opened before PostgreSQL was set back, so some of what it was given may be gone. */
type Connection = Opened & { last: number; ended: boolean; mayBeGone: boolean }

/** How far a steady follower had come when, for measuring repairs. */
export type Progress = { follower: string; jobId: string; openedAt: number; steps: { at: number; last: number }[] }

export type TranscriptCheck = {
  findings: Finding[]
  delivered: number
  progress: Progress[]
  followedJobs: Set<string>
}

/** I5 and I6: each connection carries its cursor+1 onwards, each event once, in order, as stored, of its own organisation. */
export async function checkTranscripts(
  lines: Iterable<TranscriptLine> | AsyncIterable<TranscriptLine>,
  jobs: ReadonlyMap<string, JobIndex>,
  setBacks: readonly SetBack[] = [],
): Promise<TranscriptCheck> {
  const open = new Map<number, Connection>()
  const progress = new Map<string, Progress>()
  /** by follower: the first seq it was given that is gone */
  const gone = new Map<string, number>()
  const check: TranscriptCheck = { findings: [], delivered: 0, progress: [], followedJobs: new Set() }

  for await (const line of lines) {
    if (line.kind === 'open') {
      const mayBeGone = setBacks.some(({ to }) => line.at <= to)
      open.set(line.connection, { ...line, last: line.after, ended: false, mayBeGone })
      // From the start again: what it had of a lost future it has thrown away.
      if (line.after < (gone.get(line.follower) ?? 0)) gone.delete(line.follower)
      if (line.steady && !progress.has(line.follower)) {
        progress.set(line.follower, { follower: line.follower, jobId: line.jobId, openedAt: line.at, steps: [] })
      }
      continue
    }
    if (line.kind === 'probe') {
      // The job that was asked for may be gone altogether.
      if (setBacks.length === 0 || line.status !== 404) check.findings.push(...checkProbe(line))
      continue
    }
    const connection = open.get(line.connection)
    if (connection === undefined)
      throw new Error(`The transcript is broken: connection ${line.connection} was never opened`)
    const job = jobs.get(connection.jobId)
    if (line.kind === 'events') {
      check.delivered += line.events.length
      check.findings.push(...takeEvents(connection, line, { job, gone }))
      progress.get(connection.follower)?.steps.push({ at: line.at, last: connection.last })
    } else if (line.kind === 'end') {
      connection.ended = true
      check.findings.push(...checkEnd(connection, line, job))
    } else if (line.kind === 'stayed') {
      if (!connection.ended) check.followedJobs.add(connection.jobId)
      check.findings.push(...checkLevel(connection, line, job))
      if (gone.has(connection.follower) && !connection.ended) check.findings.push(keptGone(connection, line))
    } else if (line.kind === 'refused') {
      if (setBacks.length === 0) check.findings.push(wronglyRefused(connection, line))
    } else open.delete(line.connection)
  }
  check.progress = [...progress.values()]
  return check
}

function takeEvents(
  connection: Connection,
  { events, at }: Line<'events'>,
  { job, gone }: { job: JobIndex | undefined; gone: Map<string, number> },
): Finding[] {
  const findings: Finding[] = []
  const found = (invariant: Finding['invariant'], count: Finding['count'], what: string) =>
    findings.push({ invariant, count, what, where: nameOf(connection), at })
  if (job !== undefined && job.orgId !== connection.orgId) {
    found('I6', 'other', `was given ${events.length} events of another organisation`)
  }
  if (connection.ended) found('I5', 'duplicated', `was given ${events.length} events after the end`)
  for (const [seq, digest] of events) {
    const { last } = connection
    if (seq === last) found('I5', 'duplicated', `was given seq ${seq} twice`)
    else if (seq < last) found('I5', 'outOfOrder', `was given seq ${seq} after ${last}`)
    else if (seq > last + 1) found('I5', 'holes', `was given seq ${seq} after ${last}`)
    const stored = job?.events[seq - 1]
    const lostFrom = gone.get(connection.follower)
    if (stored?.digest !== digest && connection.mayBeGone) gone.set(connection.follower, lostFrom ?? seq)
    else if (lostFrom !== undefined) found('I5', 'other', `was given seq ${seq} on top of ${lostFrom}, which is gone`)
    else if (stored === undefined) found('I5', 'other', `was given seq ${seq}, which is not in the journal`)
    else if (stored.digest !== digest) found('I5', 'other', `was given seq ${seq} with other content than is stored`)
    connection.last = Math.max(last, seq)
  }
  return findings
}

function checkEnd(connection: Connection, { head, at }: Line<'end'>, job: JobIndex | undefined): Finding[] {
  const where = nameOf(connection)
  // The end of a job that a restore took away.
  if (job?.finalSeq !== head && !connection.mayBeGone) {
    const what = `was told that the job ended with seq ${head}; its final event is ${job?.finalSeq ?? 'not there'}`
    return [{ invariant: 'I5', count: 'other', what, where, at }]
  }
  if (connection.last === head) return []
  const what = `was told of the end at seq ${head}, and has only ${connection.last}`
  return [{ invariant: 'I5', count: 'holes', what, where, at }]
}

function checkLevel(connection: Connection, { at }: Line<'stayed'>, job: JobIndex | undefined): Finding[] {
  if (connection.ended || connection.last >= (job?.head ?? 0)) return []
  const what = `stayed until all was quiet and has seq ${connection.last} of ${job?.head}`
  return [{ invariant: 'I5', count: 'holes', what, where: nameOf(connection), at }]
}

function keptGone(connection: Connection, { at }: Line<'stayed'>): Finding {
  const what = 'stayed until all was quiet with events that are gone, and was not told'
  return { invariant: 'I5', count: 'other', what, where: nameOf(connection), at }
}

function wronglyRefused(connection: Connection, { at }: Line<'refused'>): Finding {
  const what = `was refused its cursor ${connection.after}, although nothing was taken away`
  return { invariant: 'I5', count: 'other', what, where: nameOf(connection), at }
}

function checkProbe({ follower, what, status, at }: Line<'probe'>): Finding[] {
  const expected = what === 'foreign job' ? 404 : 409
  // Without an answer, or while the server cannot give one, nothing is known.
  if (status === expected || status === 0 || status >= 500) return []
  const invariant = what === 'foreign job' ? 'I6' : 'I5'
  const text = `asked for ${what === 'foreign job' ? 'a foreign job' : 'what is beyond the head'} and was answered ${status}, not ${expected}`
  return [{ invariant, count: 'other', what: text, where: follower, at }]
}

function nameOf({ follower, connection, jobId, after }: Connection): string {
  return `${follower}, connection ${connection} (after ${after}), job ${jobId}`
}
