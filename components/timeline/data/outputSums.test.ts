import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { addArrivals, restAfter, sumsOf } from '#components/timeline/data/outputSums.ts'
import { deployWithAgent } from '#components/timeline/fixtures/deployWithAgent.ts'
import { loadedTimeline, serveJob } from '#components/timeline/fixtures/serveJob.ts'
import { tellStory } from '#components/timeline/fixtures/story.ts'
import type { Event } from '#domain/events/envelope.ts'

/** A job whose steps nobody starts: the first thing that is heard of them does. */
function unannounced(): Event[] {
  const story = tellStory()
  story.tell('job.created', { action: 'a', inputs: {}, requestId: 'r' })
  story.tell('job.started', {})
  for (let n = 0; n < 30; n++) {
    const stepId = `step ${n % 7}`
    story.after(n).tell('step.output', { stepId, stream: 'stdout', text: `${n}\n`.repeat(n % 4) })
    story.tell('step.progress', { stepId: `other ${n % 5}`, completed: n })
    if (n === 15) story.tell('job.queued', { reason: 'retry' })
    if (n === 16) story.tell('job.started', {})
  }
  return story.events
}

function shown({ view, structure, events }: JobTimeline) {
  const { shapeSeq: _, ...rest } = view
  return { view: rest, structure, outline: events.filter(({ type }) => type !== 'step.progress') }
}

test.each([
  ['a deploy', deployWithAgent()],
  ['unannounced steps', unannounced()],
])("another reader's frames are joined on wherever the two stand, nothing lost or counted twice (%s)", (_, events) => {
  const whole = loadedTimeline(events)
  const headOf = fc.integer({ min: 1, max: events.length })
  fc.assert(
    fc.property(
      headOf,
      headOf,
      fc.integer({ min: 1, max: 25 }),
      fc.integer({ min: 1, max: 9 }),
      (a, b, frame, batch) => {
        const [theirs, own] = [Math.min(a, b), Math.max(a, b)]
        const job = serveJob(events)
        const arrivals = job.arrivals(theirs, frame)
        const outlineAt = (head: number) => Object.assign(job, { head }).outline()
        let before = sumsOf(outlineAt(theirs))
        let sums = sumsOf(outlineAt(own))
        const timeline = loadedTimeline(events, own)
        for (let at = 0; at < arrivals.length; at += batch) {
          const told = arrivals.slice(at, at + batch)
          const rest = restAfter(sums, before, told)
          expect(timeline.append(rest)).toBeNull()
          sums = addArrivals(sums, rest)
          before = addArrivals(before, told)
        }
        expect(shown(timeline)).toEqual(shown(whole))
        expect([sums, before]).toEqual([sumsOf(outlineAt(events.length)), sumsOf(outlineAt(events.length))])
      },
    ),
  )
})
