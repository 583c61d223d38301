import { constants } from 'node:os'
import type { Draft } from '#domain/events/envelope.ts'
import type { Outcome } from '#domain/events/fields.ts'

/** How a command ended. */
export type CommandEnd = {
  exitCode: number | null
  signal: NodeJS.Signals | null
  /** it could not be started at all */
  startError?: NodeJS.ErrnoException
  /** what we were told to stop by while it ran */
  interruptedBy: NodeJS.Signals | null
}

/** What the shell would answer: the command's own code, 128 + n for signal n, 127 not found, 126 not executable. */
export function shellCode({ exitCode, signal, startError }: CommandEnd): number {
  if (startError) return startError.code === 'ENOENT' ? 127 : 126
  if (signal !== null) return 128 + constants.signals[signal]
  return exitCode ?? 1
}

/** The last two events of a recorded command. */
export function endDrafts(stepId: string, end: CommandEnd): [Draft, Draft] {
  const verdict = judge(end)
  const error = verdict.outcome === 'success' ? undefined : { code: verdict.code, message: verdict.message }
  const step: Draft = {
    type: 'step.completed',
    payload: {
      stepId,
      outcome: verdict.outcome,
      ...(end.exitCode !== null && { exitCode: end.exitCode }),
      ...(end.signal !== null && { signal: end.signal }),
      ...(error && { error }),
    },
  }
  if (verdict.outcome === 'success' || error === undefined) {
    return [step, { type: 'job.completed', payload: { output: { exitCode: 0 } } }]
  }
  return [step, { type: 'job.failed', payload: { error, outcome: verdict.outcome } }]
}

type FailedOutcome = Extract<Outcome, 'failure' | 'error' | 'cancellation'>
type Verdict = { outcome: 'success' } | { outcome: FailedOutcome; code: string; message: string }

function judge(end: CommandEnd): Verdict {
  if (end.startError) {
    const { code = 'UNKNOWN' } = end.startError
    return { outcome: 'error', code, message: `The command could not be started (${code}).` }
  }
  const how = end.signal === null ? `with exit code ${end.exitCode}` : `by ${end.signal}`
  if (end.interruptedBy !== null) {
    const message = `Interrupted by ${end.interruptedBy}; the command ended ${how}.`
    return { outcome: 'cancellation', code: end.interruptedBy, message }
  }
  if (end.signal !== null) return { outcome: 'failure', code: end.signal, message: `The command was ended ${how}.` }
  if (end.exitCode === 0) return { outcome: 'success' }
  return { outcome: 'failure', code: `EXIT_${end.exitCode}`, message: `The command ended ${how}.` }
}
