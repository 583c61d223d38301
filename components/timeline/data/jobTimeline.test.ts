import { expect, test } from 'vitest'
import { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { deployWithAgent } from '#components/timeline/fixtures/deployWithAgent.ts'
import type { Event } from '#domain/events/envelope.ts'

const newTimeline = () => new JobTimeline({ jobId: 'job', schedule: (flush) => flush() })

test('replays a whole job to its state, parts, attempts and lines', () => {
  const events = deployWithAgent()
  const timeline = newTimeline()
  expect(timeline.append(events)).toBeNull()
  expect(timeline.state).toBe('success')
  expect(timeline.head).toBe(events.length)
  expect(timeline.structure.attempts.map(({ number, endedSeq }) => [number, endedSeq !== null])).toEqual([
    [1, true],
    [2, true],
  ])
  expect(timeline.output.lines).toBe(timeline.view.totals.outputLines)
  expect([...timeline.view.gates.values()].map((gate) => gate.passed)).toEqual([false, true, true])
  expect(timeline.structure.leaves.filter((leaf) => leaf.step?.endsWith('/fix')).length).toBe(18)
})

test('takes every event once when a stream repeats some', () => {
  const events = deployWithAgent()
  const timeline = newTimeline()
  timeline.append(events.slice(0, 20))
  expect(timeline.append(events.slice(10, 30))).toBeNull()
  expect(timeline.events.map((event) => event.seq)).toEqual(events.slice(0, 30).map((event) => event.seq))
})

test('names the missing event instead of taking what comes after a hole', () => {
  const events = deployWithAgent()
  const timeline = newTimeline()
  timeline.append(events.slice(0, 5))
  expect(timeline.append(events.slice(6, 9))).toBe(6)
  expect(timeline.head).toBe(5)
})

test('keeps what arrives while held outside, and takes it on release', () => {
  const events = deployWithAgent()
  const timeline = newTimeline()
  timeline.append(events.slice(0, 20))
  timeline.hold()
  timeline.append(events.slice(20, 50))
  expect([timeline.events.length, timeline.waitingCount, timeline.head, timeline.heldAt]).toEqual([20, 30, 50, 20])
  timeline.release()
  expect([timeline.events.length, timeline.waitingCount, timeline.view.head]).toEqual([50, 0, 50])
})

test('shows the same whether events come at once, one by one, or with holds between', () => {
  const events = deployWithAgent()
  const atOnce = newTimeline()
  atOnce.append(events)
  const bySteps = newTimeline()
  events.forEach((event, n) => {
    if (n % 17 === 3) bySteps.hold()
    bySteps.append([event])
    if (n % 17 === 9) bySteps.release()
  })
  bySteps.release()
  expect(bySteps.view).toEqual(atOnce.view)
  expect(bySteps.output).toEqual(atOnce.output)
  expect(bySteps.structure).toEqual(atOnce.structure)
})

test('lists an event of a type it does not know and goes on', () => {
  const events = deployWithAgent()
  const timeline = newTimeline()
  const [first, ...rest] = events
  const foreign = { ...first, seq: 2, type: 'deploy.weighed', payload: { grams: 4 } } as unknown as Event
  timeline.append([first as Event, foreign, ...rest.map((event) => ({ ...event, seq: event.seq + 1 }))])
  expect(timeline.state).toBe('success')
  expect(timeline.head).toBe(events.length + 1)
})

test('tells its listeners once for what came together', () => {
  const flushes: (() => void)[] = []
  const timeline = new JobTimeline({ jobId: 'job', schedule: (flush) => flushes.push(flush) })
  let told = 0
  timeline.subscribe(() => told++)
  for (const event of deployWithAgent()) timeline.append([event])
  for (const flush of flushes) flush()
  expect(told).toBe(1)
})
