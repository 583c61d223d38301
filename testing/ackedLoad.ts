import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { isWaybillError } from '#domain/errors.ts'
import type { EmitResult } from '#domain/job/served.ts'
import type { CleanDraft, JobAddress } from '#server/journal/journal.ts'
import { drafts } from '#testing/drafts.ts'
import { expectSoundJob } from '#testing/expectSoundJob.ts'
import type { JournalTestbed, OpenedJournal } from '#testing/journals.ts'

type Sent = {
  job: JobAddress
  events: CleanDraft[]
  ids: boolean
  answer: EmitResult | null /** long after those behind it */
  again: boolean
}

export type AckedLoad = {
  acknowledged(): number
  /** Ends the emitters once what they have under way is answered. */
  stop(): Promise<void>
  /**
   * Holds the journal against what the emitters were told: each acknowledged event is there exactly once, at its seq, with
   * its content, in the order of the acks; what was not acknowledged is there whole or not at all, and sending it again
   * tells which.
   *
   * @returns how many requests were not acknowledged
   */
  check(through: OpenedJournal): Promise<number>
}

/**
 * Emitters that send one request after the other, each to its own steps of a job: now with ids, now without, over all
 * journals in turn. They go on whatever they are told.
 */
export function startAckedLoad(
  bed: JournalTestbed,
  {
    journals,
    jobs,
    emittersPerJob,
  }: { journals: readonly OpenedJournal[]; jobs: readonly JobAddress[]; emittersPerJob: number },
): AckedLoad {
  const sent: Sent[][] = []
  let stopped = false

  async function emit(job: JobAddress, name: string): Promise<void> {
    const own: Sent[] = []
    sent.push(own)
    for (let round = 0; !stopped; round++) {
      const one = makeRequest(job, `${name} ${round}`, round % 3 !== 0)
      own.push(one)
      const opened = journals[round % journals.length]
      try {
        one.answer = (await opened?.emit(job, one.events)) ?? null
      } catch (error) {
        expect(isWaybillError(error) && error.code, String(error)).toMatch(/^(UNAVAILABLE|BUSY)$/)
        await sleep(20)
      }
    }
  }

  const emitters = jobs.flatMap((job) =>
    Array.from({ length: emittersPerJob }, (_, index) => emit(job, `${job.jobId.slice(-4)}-${index}`)),
  )
  return {
    acknowledged: () => sent.flat().filter(({ answer }) => answer !== null).length,
    stop: async () => {
      stopped = true
      await Promise.all(emitters)
    },
    check: async (through) => {
      const unanswered = sent.flat().filter(({ answer }) => answer === null)
      await expectWholeOrNothing(bed, unanswered)
      for (const one of unanswered.filter(({ ids }) => ids)) {
        one.answer = await through.emit(one.job, one.events)
        one.again = true
      }
      for (const job of jobs) await expectAcknowledged(bed, job, sent)
      return unanswered.length
    },
  }
}

/** A step that starts, speaks and ends, or one that only speaks. */
function makeRequest(job: JobAddress, text: string, ids: boolean): Sent {
  const outer = () => (ids ? { id: randomUUID() } : {})
  const whole = [
    drafts.stepStarted(text, outer()),
    drafts.output(text, text, outer()),
    drafts.stepCompleted(text, outer()),
  ]
  const events = text.endsWith('7') ? [drafts.output('shared', text, outer())] : whole
  return { job, events, ids, answer: null, again: false }
}

function textsOf(events: readonly CleanDraft[]): string[] {
  return events.flatMap(({ draft }) => (draft.type === 'step.output' ? [draft.payload.text] : []))
}

async function expectWholeOrNothing(bed: JournalTestbed, requests: readonly Sent[]): Promise<void> {
  for (const { job, events } of requests) {
    const [text = ''] = textsOf(events)
    const [row] = await bed.owner<{ found: number }[]>`
      select count(*)::int as found from job_events
      where job_id = ${job.jobId} and (payload::json ->> 'text' = ${text} or payload::json ->> 'stepId' = ${text})`
    expect([0, events.length], `part of the request "${text}" is stored`).toContain(row?.found)
  }
}

async function expectAcknowledged(bed: JournalTestbed, job: JobAddress, sent: readonly Sent[][]): Promise<void> {
  const { events } = await expectSoundJob(bed, job)
  const stored = events.flatMap(({ type, payload }) => (type === 'step.output' ? [payload.text] : []))
  expect(new Set(stored).size, 'an output is stored twice').toBe(stored.length)
  for (const own of sent.filter(([first]) => first?.job === job)) {
    let newest = 0
    for (const { events: drafted, answer, again } of own) {
      if (answer === null) continue
      const seqs = answer.results.map(({ seq }) => seq)
      const found = seqs.map((seq) => events[seq - 1])
      expect(found.map((event) => ({ type: event?.type, payload: event?.payload }))).toEqual(
        drafted.map(({ draft }) => ({ type: draft.type, payload: draft.payload })),
      )
      expect(found.map((event) => event?.id)).toEqual(answer.results.map(({ id }) => id))
      if (!again) {
        expect(seqs[0], 'an event stands before one that was acknowledged before it was sent').toBeGreaterThan(newest)
        newest = seqs.at(-1) ?? newest
      }
    }
  }
}
