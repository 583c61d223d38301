import type { JobRead } from '#components/timeline/data/jobRead.ts'
import type { Event } from '#domain/events/envelope.ts'

/** Key of the run of a step that an event at `seq` is about: the newest one that had begun by then. */
export function stepAt({ view }: JobRead, stepId: string, seq: number): string | null {
  return newestBefore(view.steps, (step) => step.stepId === stepId, seq)
}

export function gateAt({ view }: JobRead, gateId: string, seq: number): string | null {
  return newestBefore(view.gates, (gate) => gate.gateId === gateId, seq)
}

function newestBefore<Part extends { startedSeq: number }>(
  parts: ReadonlyMap<string, Part>,
  isOne: (part: Part) => boolean,
  seq: number,
): string | null {
  let found: string | null = null
  let newest = 0
  for (const [key, part] of parts) {
    if (part.startedSeq > seq || part.startedSeq < newest || !isOne(part)) continue
    found = key
    newest = part.startedSeq
  }
  return found
}

/** Key of the tree's node that an event belongs to: its own, or that of the step or gate it is about. */
export function keyOfEvent(job: JobRead, event: Event): string {
  const { seq } = event
  switch (event.type) {
    case 'step.started':
    case 'step.progress':
    case 'step.output':
    case 'step.completed': {
      const key = event.payload && stepAt(job, event.payload.stepId, seq)
      return key ? `step:${key}` : 'job'
    }
    case 'gate.started':
    case 'gate.passed':
    case 'gate.failed': {
      const key = event.payload && gateAt(job, event.payload.gateId, seq)
      return key ? `gate:${key}` : 'job'
    }
    case 'ai.tool_called':
    case 'ai.tokens_used':
    case 'ai.artifact_created':
      return `event:${seq}`
    default:
      return attemptKey(job, seq)
  }
}

/** job.* events belong to the attempt they open or end, if the tree shows attempts. */
function attemptKey({ structure: { attempts } }: JobRead, seq: number): string {
  if (attempts.length < 2 || seq === 1) return 'job'
  const attempt = attempts.findLast((candidate) => candidate.queuedSeq <= seq)
  return attempt ? `attempt:${attempt.number}` : 'job'
}
