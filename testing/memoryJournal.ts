import { randomUUID } from 'node:crypto'
import { WaybillError } from '#domain/errors.ts'
import type { EventType } from '#domain/events/catalogue.ts'
import type { JobState } from '#domain/job/shape.ts'
import type { Committed, Journal, StoredEvent } from '#server/journal/journal.ts'

type Job = { orgId: string; events: StoredEvent[]; state: JobState }

/** What live reads of the journal, in memory; events come from `add`, which tells what a commit would. */
export type MemoryJournal = Pick<Journal, 'readEvents' | 'readHeads' | 'readEpoch' | 'keepsEvents' | 'noteLosses'> & {
  epoch: string
  /** Keeps a job's first events only, as a restore does. */
  setBack(jobId: string, head: number): void
  createJob(orgId?: string): { orgId: string; jobId: string }
  /** `text` goes into each payload; the types decide the job's state */
  add(jobId: string, types: readonly EventType[], text?: string): Committed
  addOutput(jobId: string, count: number, text?: string): Committed
  eventsOf(jobId: string): readonly StoredEvent[]
  /** set to make every read fail */
  failure: Error | null
  reads: number
}

function idAt(events: readonly StoredEvent[], seq: number): string {
  const event = events[seq - 1]
  return event ? JSON.parse(event.json).id : ''
}

const states: Partial<Record<EventType, JobState>> = {
  'job.queued': 'pending',
  'job.started': 'running',
  'job.completed': 'success',
  'job.failed': 'failed',
}

export function memoryJournal(): MemoryJournal {
  const jobs = new Map<string, Job>()
  const losses = new Map<string, number>()
  const find = (jobId: string, orgId?: string): Job => {
    const job = jobs.get(jobId)
    if (!job || (orgId !== undefined && job.orgId !== orgId)) throw new WaybillError('NOT_FOUND', `No job ${jobId}.`)
    return job
  }
  const journal: MemoryJournal = {
    failure: null,
    epoch: 'test',
    reads: 0,
    createJob(orgId = randomUUID()) {
      const jobId = randomUUID()
      jobs.set(jobId, { orgId, events: [], state: 'pending' })
      journal.add(jobId, ['job.created'])
      return { orgId, jobId }
    },
    add(jobId, types, text = 'text') {
      const job = find(jobId)
      const firstSeq = job.events.length + 1
      const events = types.map((type, i) => {
        const seq = firstSeq + i
        job.state = states[type] ?? job.state
        return { seq, type, json: JSON.stringify({ id: randomUUID(), jobId, seq, type, payload: { text } }) }
      })
      job.events.push(...events)
      return { orgId: job.orgId, jobId, firstSeq, lastSeq: job.events.length, events, state: job.state }
    },
    addOutput: (jobId, count, text) => journal.add(jobId, new Array<EventType>(count).fill('step.output'), text),
    eventsOf: (jobId) => find(jobId).events,
    async readEvents({ orgId, jobId, after = 0, limit }) {
      if (journal.failure) throw journal.failure
      journal.reads++
      const { events, state } = find(jobId, orgId)
      const page = events.slice(after, after + limit)
      return { events: page, next: after + page.length, head: events.length, state }
    },
    async readHeads(addresses) {
      if (journal.failure) throw journal.failure
      const known = addresses.filter(({ orgId, jobId }) => jobs.get(jobId)?.orgId === orgId)
      return new Map(
        known.map(({ jobId }) => {
          const { events, state } = find(jobId)
          const lost = losses.get(jobId)
          const head = { head: events.length, state, id: idAt(events, events.length) }
          return [jobId, { ...head, ...(lost !== undefined && { lost }) }]
        }),
      )
    },
    readEpoch: async () => journal.epoch,
    async keepsEvents(events) {
      return new Set(
        events.filter(({ jobId, seq, id }) => idAt(find(jobId).events, seq) === id).map(({ jobId }) => jobId),
      )
    },
    noteLosses: async (events) => {
      for (const { jobId, seq } of events) losses.set(jobId, Math.max(seq, losses.get(jobId) ?? 0))
    },
    setBack(jobId, head) {
      find(jobId).events.splice(head)
    },
  }
  return journal
}
