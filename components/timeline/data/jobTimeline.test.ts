import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { deployWithAgent } from '#components/timeline/fixtures/deployWithAgent.ts'
import { loadedTimeline, serveJob } from '#components/timeline/fixtures/serveJob.ts'
import type { Event } from '#domain/events/envelope.ts'
import { emptyView, replay } from '#domain/job/replay.ts'

const events = deployWithAgent()
const job = serveJob(events)

/** What a journal's replay says, which no part of the page may contradict. */
function replayed(through: number) {
  const view = emptyView()
  for (const event of events.slice(0, through)) replay(view, event)
  const { shapeSeq: _, ...rest } = view
  return rest
}

function shown({ view }: Pick<JobTimeline, 'view'>) {
  const { shapeSeq: _, ...rest } = view
  return rest
}

test('knows state, parts, attempts and exact totals of a job from its outline', () => {
  const timeline = loadedTimeline(events)
  expect(shown(timeline)).toEqual(replayed(events.length))
  expect(timeline.structure.attempts.map(({ number, endedSeq }) => [number, endedSeq !== null])).toEqual([
    [1, true],
    [2, true],
  ])
  expect(timeline.structure.leaves.filter((leaf) => leaf.step?.endsWith('/fix')).length).toBe(18)
  expect(timeline.events.length).toBeLessThan(events.length)
})

test('shows the same whenever it was loaded, however the stream is cut, held or not', () => {
  const whole = loadedTimeline(events)
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: events.length }),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(7),
      (head, size, held) => {
        const timeline = loadedTimeline(events, head)
        expect(shown(timeline)).toEqual(replayed(head))
        job.arrivals(head, size).forEach((arrival, n) => {
          if (n % 8 === held) timeline.hold()
          timeline.append([arrival])
          if (n % 8 === 7) timeline.release()
        })
        timeline.release()
        expect(shown(timeline)).toEqual(shown(whole))
        expect(timeline.structure).toEqual(whole.structure)
        expect(timeline.events.filter((event) => event.type !== 'step.progress')).toEqual(
          whole.events.filter((event) => event.type !== 'step.progress'),
        )
      },
    ),
    { numRuns: 60 },
  )
})

test('counts over time what came, whenever the counts arrive', () => {
  const whole = loadedTimeline(events).counts.toTable()
  const sum = (lane: number[]) => lane.reduce((total, n) => total + n, 0)
  const sums = ({ kinds }: typeof whole) => [
    sum(kinds.job),
    sum(kinds.ai),
    sum(kinds.gate),
    sum([...kinds.step, ...kinds.output]),
  ]
  for (const at of [1, 40, 80]) {
    const late = serveJob(events)
    const timeline = new JobTimeline({ jobId: 'job', reads: late.reads, schedule: (flush) => flush() })
    late.head = at
    timeline.load(late.outline())
    late.head = at + 20
    const counts = late.counts()
    late.head = events.length
    const arrivals = late.arrivals(at, 7)
    timeline.append(arrivals.slice(0, 3))
    timeline.loadCounts(counts)
    timeline.append(arrivals.slice(3))
    expect(sums(timeline.counts.toTable())).toEqual(sums(whole))
  }
})

test('takes every event once when a stream repeats some', () => {
  const timeline = loadedTimeline(events, 20)
  timeline.append(job.arrivals(20, 5))
  const before = shown(timeline)
  expect(timeline.append(job.arrivals(20, 5))).toBeNull()
  expect(shown(timeline)).toEqual(before)
})

test('names the missing event instead of taking what comes after a hole', () => {
  const timeline = loadedTimeline(events, 5)
  expect(timeline.append(job.arrivals(9, 1))).toBe(6)
  expect(timeline.head).toBe(5)
})

test('keeps what arrives while held outside, and says from where it is new on release', () => {
  const timeline = loadedTimeline(events, 20)
  const lines = timeline.lines.total
  timeline.hold()
  timeline.append(job.arrivals(20, 3))
  expect([timeline.view.head, timeline.waitingCount, timeline.head, timeline.heldAt]).toEqual([
    20,
    events.length - 20,
    events.length,
    20,
  ])
  expect([timeline.lines.total, timeline.state]).toEqual([lines, 'running'])
  timeline.release()
  expect([timeline.waitingCount, timeline.view.head]).toEqual([0, events.length])
  expect(timeline.arrived).toEqual({ afterSeq: 20, afterLine: lines })
})

test('tells what the job was at any event as a replay of the journal does, but for output', () => {
  const timeline = loadedTimeline(events)
  for (let seq = 1; seq <= events.length; seq++) {
    const { totals, ...then } = shown(timeline.at(seq))
    const { totals: totalsThen, ...expected } = replayed(seq)
    expect(then, `at ${seq}`).toEqual(expected)
    expect([totals.events, totals.toolCalls, totals.cost]).toEqual([seq, totalsThen.toolCalls, totalsThen.cost])
  }
})

test('loads the whole of an event that the outline has cut or left out', async () => {
  const timeline = loadedTimeline(events)
  for (const event of events) expect(await timeline.loadEvent(event.seq)).toEqual(event)
  expect(await timeline.loadEvent(events.length + 1)).toBeNull()
  // output is in no outline: what is not known here is asked for
  const output = events.find((event) => event.type === 'step.output')
  expect(timeline.seqOf(output?.id ?? '')).toBeNull()
  expect(await timeline.locate(output?.id ?? '')).toBe(output?.seq)
  expect(timeline.seqOf(output?.id ?? '')).toBe(output?.seq)
  expect(await timeline.locate('00000000-0000-4000-8000-ffffffffffff')).toBeNull()
})

test('lists an event of a type it does not know and goes on', () => {
  const timeline = loadedTimeline(events, 5)
  const foreign = { ...events[5], type: 'deploy.weighed', payload: { grams: 4 } } as unknown as Event
  const rest = events.slice(5).map((event) => ({ ...event, seq: event.seq + 1 }))
  timeline.append([{ event: foreign }, ...rest.map((event) => ({ event }))])
  expect([timeline.state, timeline.head, timeline.view.totals.events]).toEqual([
    'success',
    events.length + 1,
    events.length + 1,
  ])
})

test('forgets everything when the server was put back', () => {
  const timeline = loadedTimeline(events)
  const { structureVersion } = timeline
  timeline.reset()
  expect([timeline.head, timeline.isLoaded, timeline.events.length, timeline.lines.total]).toEqual([0, false, 0, 0])
  expect(timeline.structureVersion).toBeGreaterThan(structureVersion)
})

test('tells its listeners once for what came together', () => {
  const flushes: (() => void)[] = []
  const timeline = new JobTimeline({ jobId: 'job', reads: job.reads, schedule: (flush) => flushes.push(flush) })
  let told = 0
  timeline.subscribe(() => told++)
  timeline.load(job.outline())
  timeline.loadCounts(job.counts())
  for (const flush of flushes) flush()
  expect(told).toBe(1)
})
