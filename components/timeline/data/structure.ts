import type { Event } from '#domain/events/envelope.ts'
import { type JobView, partKey } from '#domain/job/replay.ts'
import { findGate, findStep } from '#domain/job/shape.ts'

/** One try at a job: from being queued to its end or the next queueing. */
export type Attempt = {
  number: number
  queuedSeq: number
  queuedAt: string
  startedSeq: number | null
  startedAt: string | null
  endedAt: string | null
  /** the event that ended it */
  endedSeq: number | null
}

/** An event that has no duration of its own in the tree: a tool call, a use of tokens, an artifact. */
export type Leaf = {
  seq: number
  /** as the outline has it */
  event: Event
  attempt: number
  /** the step's run it belongs to; null: the job itself */
  step: string | null
}

export type Progress = { seq: number; completed: number; total: number | null; message: string | null }

/** All of a job that is not output: what the tree is made from. Grows event by event, after the reducer took them. */
export class Structure {
  readonly attempts: Attempt[] = []
  readonly leaves: Leaf[] = []
  /** the same by what they belong to: see `leafKey` */
  readonly leavesOf = new Map<string, Leaf[]>()
  readonly progress = new Map<string, Progress>()
  /** the step a gate lies under, by the gate's key */
  readonly gateSteps = new Map<string, string>()

  take(event: Event, view: JobView): void {
    switch (event.type) {
      case 'job.created':
        this.attempts.push(newAttempt(1, event))
        return
      case 'job.queued': {
        const last = this.attempts.at(-1)
        if (last && view.shape.attempt > last.number) {
          end(last, event)
          this.attempts.push(newAttempt(view.shape.attempt, event))
        }
        return
      }
      case 'job.started': {
        const last = this.attempts.at(-1)
        if (last) Object.assign(last, { startedSeq: event.seq, startedAt: event.recordedAt })
        return
      }
      case 'job.completed':
      case 'job.failed': {
        const last = this.attempts.at(-1)
        if (last) end(last, event)
        return
      }
      case 'step.progress': {
        const key = stepKeyOf(view, event.payload.stepId)
        if (!key) return
        const { completed, total = null, message = null } = event.payload
        this.progress.set(key, { seq: event.seq, completed, total, message })
        return
      }
      case 'gate.started': {
        const key = gateKeyOf(view, event.payload.gateId)
        const step = stepKeyOf(view, event.payload.stepId)
        if (key && step) this.gateSteps.set(key, step)
        return
      }
      case 'ai.tool_called':
      case 'ai.tokens_used':
      case 'ai.artifact_created': {
        const { attempt } = view.shape
        const leaf = { seq: event.seq, event, attempt, step: stepKeyOf(view, event.payload.stepId) }
        this.leaves.push(leaf)
        const key = leafKey(leaf)
        const others = this.leavesOf.get(key)
        if (others) others.push(leaf)
        else this.leavesOf.set(key, [leaf])
        return
      }
      default:
    }
  }
}

/** What a leaf belongs to: the step's run, or the job itself in one of its attempts. */
export function leafKey({ step, attempt }: Pick<Leaf, 'step' | 'attempt'>): string {
  return step ?? `job/${attempt}`
}

/** The newest run of a step in the current attempt, or null if the job knows none of that id. */
export function stepKeyOf(view: JobView, stepId: string | undefined): string | null {
  if (stepId === undefined) return null
  const step = findStep(view.shape, stepId)
  return step ? partKey(view.shape.attempt, step.run, stepId) : null
}

function gateKeyOf(view: JobView, gateId: string): string | null {
  const gate = findGate(view.shape, gateId)
  return gate ? partKey(view.shape.attempt, gate.run, gateId) : null
}

function newAttempt(number: number, event: Event): Attempt {
  return {
    number,
    queuedSeq: event.seq,
    queuedAt: event.recordedAt,
    startedSeq: null,
    startedAt: null,
    endedAt: null,
    endedSeq: null,
  }
}

function end(attempt: Attempt, event: Event): void {
  attempt.endedAt = event.recordedAt
  attempt.endedSeq = event.seq
}
