import { steadyNow } from '#components/clock/steadyNow.ts'
import { Attempt, type AttemptOptions, type Line, newLine, type Outcome } from '#components/timeline/data/attempt.ts'
import type { FollowSink } from '#components/timeline/data/followSink.ts'
import { judgeRefusal } from '#components/timeline/data/judgeRefusal.ts'
import type { Nudge } from '#components/timeline/data/nudge.ts'
import { sumsOf } from '#components/timeline/data/outputSums.ts'
import { readStream } from '#components/timeline/data/readStream.ts'
import { SharedStream } from '#components/timeline/data/sharedStream.ts'
import type { Tabs } from '#components/timeline/data/tabs.ts'
import type { JobOutline } from '#domain/view/outline.ts'

export type FollowOptions = {
  jobId: string
  sink: FollowSink
  signal: AbortSignal
  /** ends a wait, and looks whether an open line is alive by taking it up again */
  nudge: Nudge
  /** the other tabs that show the job, to read one stream together; closed at the end. null: this one reads its own */
  tabs?: Tabs | null
  fetch?: typeof fetch
  random?: () => number
}

const longestRetryMs = 15_000

/**
 * Reads a job's outline into the sink, then follows its stream until its last event, a refusal, or the signal. Comes back
 * after every break with the last seq received, so that nothing is missed or shown twice; says truthfully what it is
 * doing meanwhile.
 */
export async function followJob(options: FollowOptions): Promise<void> {
  const { sink, signal, tabs = null } = options
  const line = newLine()
  const shared = tabs && new SharedStream(tabs, line)
  sink.setConnection(line.told)
  try {
    while (!signal.aborted) {
      const headBefore = sink.head
      const outcome = await followOnce({ fetch: globalThis.fetch.bind(globalThis), ...options, line }, shared)
      if (signal.aborted) return
      if (outcome.kind === 'done') return sink.setConnection({ state: 'ended' })
      if (outcome.kind === 'refused') return sink.setConnection({ state: 'refused', problem: outcome.problem })
      if (outcome.kind === 'moved') continue
      line.failures = sink.head > headBefore ? 1 : line.failures + 1
      await waitForNext(outcome, { ...options, line, shared })
    }
  } finally {
    shared?.close()
  }
}

async function followOnce(options: AttemptOptions, shared: SharedStream | null): Promise<Outcome> {
  const { sink } = options
  const attempt = new Attempt(options)
  try {
    const refusal = sink.isLoaded ? null : await readOutline(attempt)
    if (refusal) return await judgeRefusal(refusal, sink)
    const counted = readCounts(attempt)
    const { head } = sink
    const outcome = shared ? await shared.follow(attempt) : await readStream(attempt)
    // what frames told in sums is put where it was
    if (outcome.kind === 'done') await (sink.head > head ? counted.then(() => readCounts(attempt)) : counted)
    return outcome
  } catch {
    return attempt.broken
  } finally {
    attempt.close()
  }
}

/** All pages of the outline. @returns the answer that is none, or null */
async function readOutline({ sink, line, ask }: Attempt): Promise<Response | null> {
  // a part of an outline that broke off is of no use: what follows may have changed its head and its totals
  if (sink.head > 0) sink.reset()
  line.epoch = null
  for (let after: number | null = 0; after !== null; ) {
    const response = await ask(`/outline?after=${after}`)
    if (!response.ok) return response
    const page: JobOutline = await response.json()
    sink.load(page)
    after = page.next
    if (after !== null) continue
    line.epoch = page.epoch
    line.sums = sumsOf(page)
    line.serverHead = page.head
  }
  return null
}

/** Only the overview waits for these: a failure is made up for at the next chance. */
async function readCounts({ sink, ask }: Attempt): Promise<void> {
  const response = await ask('/counts').catch(() => null)
  if (response?.ok) sink.loadCounts(await response.json())
}

type Break = Extract<Outcome, { kind: 'again' }>
type Waiting = Pick<FollowOptions, 'sink' | 'nudge' | 'signal' | 'random'> & {
  line: Line
  shared: SharedStream | null
}

/** Until it is time for the next attempt, a nudge, another tab that is ahead with it, or the end. */
async function waitForNext({ waitMs, reason }: Break, options: Waiting): Promise<void> {
  const { sink, line, shared, nudge, signal, random = Math.random } = options
  const { retryMs, failures, heardAt } = line
  const backoff = Math.min(longestRetryMs, retryMs * 2 ** (failures - 1))
  const ms = waitMs ?? backoff * (0.75 + random() / 2)
  line.leadsFrom = steadyNow() + ms
  sink.setConnection({ state: 'waiting', retryAt: line.leadsFrom, heardAt, reason })
  await new Promise<void>((resolve) => {
    const go = () => {
      clearTimeout(timer)
      endHurry()
      endWatch?.()
      signal.removeEventListener('abort', go)
      resolve()
    }
    const timer = setTimeout(go, ms)
    const endHurry = nudge.listen(() => {
      line.leadsFrom = 0
      go()
    })
    const endWatch = shared?.listenForStream(go)
    signal.addEventListener('abort', go)
  })
}
