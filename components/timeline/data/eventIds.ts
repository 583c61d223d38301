import type { JobReads } from '#components/timeline/data/jobReads.ts'
import type { Event } from '#domain/events/envelope.ts'

/** Seqs by id: of the events here, taken in when somebody asks, and of those that the server was asked for. */
export class EventIds {
  private readonly reads: JobReads
  private seqs = new Map<string, number>()
  private taken = 0

  constructor(reads: JobReads) {
    this.reads = reads
  }

  /** @param events of the job, to the end of which only is added */
  find(id: string, events: readonly Event[]): number | null {
    for (const event of events.slice(this.taken)) this.seqs.set(event.id, event.seq)
    this.taken = events.length
    return this.seqs.get(id) ?? null
  }

  /** null: the job has no such event so far. @throws if the server does not answer */
  async locate(id: string): Promise<number | null> {
    // what comes back after a reset is of another history
    const { seqs } = this
    const known = seqs.get(id)
    if (known !== undefined) return known
    const event = await this.reads.event(id)
    if (event) seqs.set(id, event.seq)
    return event?.seq ?? null
  }

  clear(): void {
    this.seqs = new Map()
    this.taken = 0
  }
}
