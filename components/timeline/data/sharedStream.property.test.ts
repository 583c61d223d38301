import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { deployWithAgent } from '#components/timeline/fixtures/deployWithAgent.ts'
import { loadedTimeline } from '#components/timeline/fixtures/serveJob.ts'
import { openTabStage, type StageTab } from '#components/timeline/fixtures/tabStage.ts'
import { emptyView, replay } from '#domain/job/replay.ts'

const events = deployWithAgent()
const whole = shown(loadedTimeline(events))

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

function shown({ view, structure, events: outline }: JobTimeline) {
  const { shapeSeq: _, ...rest } = view
  return { view: rest, structure, outline: outline.filter(({ type }) => type !== 'step.progress') }
}

/** What each beginning of the job adds up to, which no tab may contradict at any moment. */
const totalsAt = (() => {
  const view = emptyView()
  return [
    structuredClone(view.totals),
    ...events.map((event) => {
      replay(view, event)
      return structuredClone(view.totals)
    }),
  ]
})()

const deeds = ['leave', 'crash', 'freeze', 'thaw', 'nudge', 'hold', 'release'] as const

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('record' as const), count: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('push' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(30, 400, 5_000, 40_000) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('open' as const, 'cut' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('down' as const, 'up' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom(...deeds), tab: fc.nat(5) }) },
)

function act(tab: StageTab, deed: (typeof deeds)[number], isLast: boolean): void {
  if (deed === 'hold' || deed === 'release') tab.timeline[deed]()
  else if (!isLast || (deed !== 'leave' && deed !== 'crash')) tab[deed]()
}

/** mulberry32, in [0, 1) */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

test('tabs that come, go, freeze and break at any moment show what a lone reader shows, by one stream once all is calm', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), fc.integer(), async (steps, seed) => {
      const { job, server, tabs, open } = openTabStage(events, randomOf(seed))
      job.head = 3
      open()
      open()
      const expectTrue = () => {
        for (const { timeline } of tabs) {
          if (timeline.isLoaded) expect(timeline.view.totals).toEqual(totalsAt[timeline.view.head])
        }
      }
      const calm = async (seconds: number) => {
        for (let second = 0; second < seconds; second++) {
          server.push(true)
          await vi.advanceTimersByTimeAsync(1_000)
        }
        expectTrue()
      }
      for (const now of steps) {
        if (now.do === 'record') job.head = Math.min(events.length - 1, job.head + now.count)
        else if (now.do === 'push') server.push()
        else if (now.do === 'open') open()
        else if (now.do === 'cut') server.cut()
        else if (now.do === 'up' || now.do === 'down') server.setUp(now.do === 'up')
        else if ('tab' in now) {
          const tab = tabs[now.tab % tabs.length]
          if (tab) act(tab, now.do, tabs.length === 1)
        }
        await vi.advanceTimersByTimeAsync(now.do === 'pass' ? now.ms : 2)
        expectTrue()
      }

      server.setUp(true)
      for (const tab of tabs) {
        tab.thaw()
        tab.timeline.release()
      }
      await calm(90)
      const toldOf = (tab: StageTab) => [tab.timeline.connection.state, tab.timeline.head]
      expect(tabs.map(toldOf)).toEqual(tabs.map(() => ['live', job.head]))
      expect(server.open, 'streams').toBe(1)

      job.head = events.length
      await calm(60)
      expect(tabs.map(toldOf)).toEqual(tabs.map(() => ['ended', events.length]))
      for (const { timeline } of tabs) expect(shown(timeline)).toEqual(whole)
      expect(server.open).toBe(0)
      server.close()
    }),
    { numRuns: 40 },
  )
})
