import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'

/** Key of the tree's node that an event belongs to: its own, or that of the step or gate it is about. */
export function keyOfSeq(timeline: JobTimeline, seq: number): string | null {
  const event = timeline.eventAt(seq)
  if (!event) return null
  const part = timeline.structure.parts.get(seq)
  switch (event.type) {
    case 'step.started':
    case 'step.progress':
    case 'step.completed':
      return part === undefined ? 'job' : `step:${part}`
    case 'step.output': {
      const place = timeline.output.placeOf(timeline.output.lineAtOrAfter(seq))
      return place?.seq === seq ? `step:${place.scope}` : 'job'
    }
    case 'gate.started':
    case 'gate.passed':
    case 'gate.failed':
      return part === undefined ? 'job' : `gate:${part}`
    case 'ai.tool_called':
    case 'ai.tokens_used':
    case 'ai.artifact_created':
      return `event:${seq}`
    default:
      return attemptKey(timeline, seq)
  }
}

/** job.* events belong to the attempt they open or end, if the tree shows attempts. */
function attemptKey(timeline: JobTimeline, seq: number): string {
  const { attempts } = timeline.structure
  if (attempts.length < 2 || seq === 1) return 'job'
  const attempt = attempts.findLast((candidate) => candidate.queuedSeq <= seq)
  return attempt ? `attempt:${attempt.number}` : 'job'
}
