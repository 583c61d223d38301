import type { Outcome } from '#components/timeline/data/attempt.ts'
import type { FollowSink } from '#components/timeline/data/followSink.ts'
import type { Problem } from '#domain/job/served.ts'

/** Whether an answer that is none passes by itself. A head that the server never had is forgotten with all before it. */
export async function judgeRefusal(response: Response, sink: FollowSink): Promise<Outcome> {
  const problem: Partial<Problem> = await response.json().catch(() => ({}))
  if (problem.code === 'CURSOR_AHEAD') {
    sink.reset()
    return { kind: 'again', reason: 'The server was put back to an earlier state; reading the job anew.', waitMs: 0 }
  }
  const isPassing = response.status >= 500 || response.status === 429 || response.status === 408
  if (isPassing) {
    const seconds = Number(response.headers.get('retry-after'))
    const reason = problem.detail ?? `The server answered ${response.status}.`
    return seconds > 0 ? { kind: 'again', reason, waitMs: seconds * 1000 } : { kind: 'again', reason }
  }
  const detail = problem.detail ?? `The server answered ${response.status}.`
  return { kind: 'refused', problem: { ...problem, status: response.status, code: problem.code ?? 'INTERNAL', detail } }
}
