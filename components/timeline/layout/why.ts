import { formatDuration } from '#components/format/time.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { JobRead } from '#components/timeline/data/jobRead.ts'
import { type Cause, firstCause } from '#components/timeline/layout/firstCause.ts'
import { longestSteps } from '#components/timeline/layout/highlights.ts'
import type { TreeNode } from '#components/timeline/layout/tree.ts'

/** What explains a job in a line, under its verdict: why it failed, or what took longest; and why attempts before failed. */
export type Why = {
  label: string
  text: string
  /** the event that shows it */
  seq: number
  /** the first event that it rests on, by id or seq */
  evidence: string | number | null
  /** the step it happened in */
  step: string | null
}

/** Attempts that are told of, newest first: a job may have a thousand. */
const mostAttempts = 2

export function whyOf(job: JobRead, tree: TreeNode | null, now: number): Why[] {
  const { attempt } = job.view.shape
  const lines = job.state === 'failed' ? [whyFailed(job, attempt)] : []
  for (let before = attempt - 1; before > Math.max(0, attempt - 1 - mostAttempts); before--)
    lines.push(whyRetried(job, before))
  if (job.state === 'success') lines.push(longest(tree, now))
  return lines.filter((line) => line !== null)
}

function whyFailed(job: JobRead, attempt: number): Why | null {
  const cause = firstCause(job, attempt)
  const end = job.eventAt(job.view.head)
  const error = end?.type === 'job.failed' && end.payload ? visibleText(end.payload.error.message).slice(0, 400) : ''
  if (!cause) return error === '' ? null : { label: 'Why', text: error, seq: job.view.head, evidence: null, step: null }
  // one of the two mostly repeats the other
  const text = error.includes(cause.reason)
    ? error
    : cause.reason.includes(error)
      ? cause.reason
      : `${cause.reason} · ${error}`
  return lineOf('Why', cause, text === '' ? `${cause.what} “${cause.name}” failed` : text)
}

function whyRetried(job: JobRead, attempt: number): Why | null {
  const cause = firstCause(job, attempt)
  if (cause) {
    const reason = cause.reason === '' ? '' : `: ${cause.reason}`
    return lineOf(`Attempt ${attempt}`, cause, `failed at ${cause.what} “${cause.name}”${reason}`)
  }
  const seq = job.structure.attempts.find(({ number }) => number === attempt)?.endedSeq ?? null
  const queued = seq === null ? null : job.eventAt(seq)
  const error = queued?.type === 'job.queued' ? queued.payload?.error?.message : undefined
  if (seq === null || error === undefined) return null
  return { label: `Attempt ${attempt}`, text: `failed: ${visibleText(error)}`, seq, evidence: null, step: null }
}

function lineOf(label: string, { seq, evidence, step }: Cause, text: string): Why {
  return { label, text, seq, evidence: evidence[0] ?? null, step }
}

function longest(tree: TreeNode | null, now: number): Why | null {
  const [step] = longestSteps(tree, now, 1)
  if (!step) return null
  const text = `${step.name}, ${formatDuration(step.ms)}, ${Math.round(step.share * 100)} % of the job`
  return { label: 'Longest', text, seq: step.seq, evidence: null, step: null }
}
