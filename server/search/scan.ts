import { plainLines } from '#domain/ansi/plainText.ts'
import { partKey, type StepView } from '#domain/job/replay.ts'
import { DensityCount } from '#domain/search/density.ts'
import { compileItemMatcher, compileSeqMatcher, type Item } from '#domain/search/matchItem.ts'
import { compileLineMatcher, type LineMatcher } from '#domain/search/matchLine.ts'
import type { Hit } from '#domain/search/messages.ts'
import { stepLabels } from '#domain/search/stepLabels.ts'
import { type LineSource, type OpenChunk, openChunk } from '#domain/view/lineChunk.ts'
import type { Ended, Scanned, SearchTask } from '#server/search/protocol.ts'

/** Buckets of the gutter beside the output, and of the overview above it. */
const LINE_BUCKETS = 1024
const TIME_BUCKETS = 2048
const FIRST_BUCKET_MS = 10

/** Characters of a hit's text: a line may have 64 KiB. */
const TEXT_CHARACTERS = 500
/** of them before the first place that matches */
const LEAD_CHARACTERS = 100

export type Scan = { take(chunk: string): void; report(): Scanned; end(): Ended }

/** One search over chunks of lines, which are given in order. Pure; but an expression in the query may take for ever. */
export function startScan(task: SearchTask): Scan {
  const texts = compileLineMatcher(task.query)
  const isWantedSeq = compileSeqMatcher(task.query)
  const isWantedSource = sourceMatcher(task)
  const lines = new DensityCount({ origin: 1, width: 1, buckets: LINE_BUCKETS })
  let times: DensityCount | null = null
  let scanned = 0
  let total = 0
  let listed = 0
  let hits: Hit[] = []

  function take(encoded: string): void {
    const chunk = openChunk(encoded)
    times ??= new DensityCount({ origin: chunk.times()[0] ?? 0, width: FIRST_BUCKET_MS, buckets: TIME_BUCKETS })
    scanned += chunk.lines
    const wanted = chunk.sources.map(isWantedSource)
    if (!wanted.includes(true)) return
    texts.eachMatch(plainLines(chunk.body), (index, text) => {
      const seq = chunk.seqs()[index] ?? 0
      if (!wanted[chunk.source[index] ?? 0] || !isWantedSeq(seq, seq)) return
      total++
      lines.add(chunk.firstLine + index + 1)
      times?.add(chunk.times()[index] ?? 0)
      list(chunk, index, text)
    })
  }

  function list(chunk: OpenChunk, index: number, text: string): void {
    const line = chunk.firstLine + index + 1
    if (task.before === null) {
      if (line <= task.after || listed >= task.limit) return
      listed++
      hits.push(hitOf(chunk, index, { text, matcher: texts }))
    } else if (line < task.before) {
      hits.push(hitOf(chunk, index, { text, matcher: texts }))
      // Now and then, not each time: to take the first of many away costs as much as there are.
      if (hits.length >= 2 * task.limit) hits = hits.slice(-task.limit)
    }
  }

  function report(): Scanned {
    // The last ones before a line are known only at the end.
    const found = task.before === null ? hits.splice(0) : []
    return { scanned, total, hits: found }
  }

  return {
    take,
    report,
    end: () => ({
      scanned,
      total,
      hits: hits.splice(0).slice(-task.limit),
      density: { lines: lines.result(), time: times?.result() ?? { origin: 0, width: FIRST_BUCKET_MS, counts: [] } },
    }),
  }
}

function hitOf(chunk: OpenChunk, index: number, { text, matcher }: { text: string; matcher: LineMatcher }): Hit {
  const source = chunk.sources[chunk.source[index] ?? 0]
  const ranges = matcher.ranges(text)
  const from = text.length <= TEXT_CHARACTERS ? 0 : Math.max(0, (ranges[0]?.[0] ?? 0) - LEAD_CHARACTERS)
  return {
    line: chunk.firstLine + index + 1,
    seq: chunk.seqs()[index] ?? 0,
    at: chunk.times()[index] ?? 0,
    scope: source?.scope ?? '',
    stream: source?.stream ?? 'stdout',
    // Cut in the middle of a pair, half a character would not survive the way to the client.
    text: text.slice(from, from + TEXT_CHARACTERS).toWellFormed(),
    from,
    ranges,
  }
}

/** Whether lines of a source can be hits; they have the status and duration of the step's run that wrote them. */
function sourceMatcher({ query, steps, now, isFinal }: SearchTask): (source: LineSource) => boolean {
  const matches = compileItemMatcher(query)
  const labels = new Map<string, readonly string[]>(stepLabels(steps))
  const runs = new Map<string, StepView>(steps.map((step) => [partKey(step.attempt, step.run, step.stepId), step]))
  const newest = steps.reduce((most, { attempt }) => Math.max(most, attempt), 1)
  return ({ scope, stepId, stream }) => {
    const step = runs.get(scope)
    const isOver = isFinal || (step !== undefined && step.attempt < newest)
    return matches({
      ...stateOf(step, { now, isOver }),
      kinds: ['output', stream],
      steps: labels.get(scope) ?? [stepId],
    })
  }
}

type Moment = { now: number; isOver: boolean }

function stateOf(step: StepView | undefined, { now, isOver }: Moment): Omit<Item, 'kinds' | 'steps'> {
  const nothing = { tokens: null, tool: null, gate: [] }
  if (!step) return { ...nothing, status: null, durationMs: null }
  const end = step.endedAt === null ? now : Date.parse(step.endedAt)
  const status = step.outcome ?? (isOver ? 'unfinished' : 'running')
  return { ...nothing, status, durationMs: Math.max(0, end - Date.parse(step.startedAt)) }
}
