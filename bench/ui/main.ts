import { parseArgs } from 'node:util'
import type { Browser } from 'playwright'
import { openStage, type Stage } from '#bench/stage.ts'
import { openBrowser, openWindow } from '#bench/ui/browser.ts'
import { buildJob } from '#bench/ui/buildJob.ts'
import { burst } from '#bench/ui/measureBurst.ts'
import { firstPaint, openJob, scriptBytes } from '#bench/ui/measureOpening.ts'
import { heapBytes, jumpTo, scrollFrames, scrollThrough } from '#bench/ui/measureReading.ts'
import globalSetup from '#testing/globalSetup.ts'

/** The job page against its budgets: one machine, one run, the built app in Chromium, drawn by the processor. */
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '5000' },
    loads: { type: 'string', default: '7' },
  },
})
const events = Number(values.events)
const small = 100
let failed = 0

const tearDown = await globalSetup()
try {
  await using stage = await openStage()
  say(`building a job of ${count(events)} events and one of ${small}`)
  const [large, tiny] = [await buildJob(stage, events), await buildJob(stage, small)]
  await using browser = await openBrowser()
  await measureOpening(browser, stage, { large, tiny })
  await measureBurst(browser, stage)
  // frames as fast as they can be made: with a limit, all of them take as long as the screen does
  await using unlimited = await openBrowser(['--disable-gpu-vsync', '--disable-frame-rate-limit'])
  await measureReading(unlimited, stage, large)
} finally {
  await tearDown()
}
process.exitCode = failed === 0 ? 0 : 1

async function measureOpening(browser: Browser, stage: Stage, jobs: { large: string; tiny: string }): Promise<void> {
  await using context = await openWindow(browser, stage, 1)
  const times = { large: [] as number[], tiny: [] as number[] }
  // one of each that does not count: scripts are read and compiled
  for (let load = -1; load < Number(values.loads); load++) {
    for (const name of ['tiny', 'large'] as const) {
      const ms = await firstPaint(context, jobs[name])
      if (load >= 0) times[name].push(ms)
    }
  }
  const [slow, base] = [median(times.large), median(times.tiny)]
  say(
    `first useful paint: ${slow.toFixed(0)} ms of ${count(events)} events, ${base.toFixed(0)} ms of ${small} (medians of ${values.loads})`,
  )
  report('first useful paint, times that of a small job', slow / base, 1.5, 2)
  report('scripts of the job page, KB gzip', (await scriptBytes(context, jobs.large)) / 1000, 250)
}

async function measureReading(browser: Browser, stage: Stage, jobId: string): Promise<void> {
  await using context = await openWindow(browser, stage, 2)
  const page = await openJob(context, jobId)
  const jumps: number[] = []
  for (let n = 1; n <= 20; n++) jumps.push(await jumpTo(page, Math.floor((events * n) / 21)))
  report('jump to a seq after the answer, ms, slowest of 20', Math.max(...jumps), 150)
  const frames = await scrollFrames(page, 900)
  say(
    `scrolling by wheel at ratio 2: median ${median(frames).toFixed(1)} ms, p99 ${quantile(frames, 0.99).toFixed(1)} ms`,
  )
  report('scrolling, frame at ratio 2, p95 ms', quantile(frames, 0.95), 16, 1)
  const last = await scrollThrough(page, 200)
  say(`scrolled end to end, to line ${count(last + 1)}`)
  report('heap after scrolling end to end, MB', (await heapBytes(page)) / 1e6, 150)
}

async function measureBurst(browser: Browser, stage: Stage): Promise<void> {
  await using context = await openWindow(browser, stage, 1)
  const seconds = Number(values.seconds)
  const { rate, longTasks, shown, sent } = await burst(context, stage, { rate: Number(values.rate), seconds })
  say(`${count(Math.round(rate))} events/s for ${seconds} s: the page shows ${count(shown)} lines of ${count(sent)}`)
  report('main-thread tasks over 50 ms meanwhile', longTasks.length, 0)
  if (longTasks.length > 0) say(`the longest took ${Math.max(...longTasks).toFixed(0)} ms`)
  report('lines sent and not shown', sent - shown, 0)
}

function report(name: string, figure: number, limit: number, digits = 0): void {
  const isMet = figure <= limit
  if (!isMet) failed++
  say(`${isMet ? 'ok    ' : 'MISSED'} ${name}: ${figure.toFixed(digits)} (at most ${limit})`)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

function count(value: number): string {
  return value.toLocaleString('en')
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}
