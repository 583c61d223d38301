import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright'
import { type Emitter, openEmitter } from '#bench/emitter.ts'
import type { Measure } from '#bench/measure.ts'
import { openWindow } from '#bench/ui/browser.ts'
import { lineText } from '#bench/ui/buildJob.ts'
import { openJob } from '#bench/ui/measureOpening.ts'
import type { PageBench } from '#bench/ui/pageBench.ts'
import { type Task, traceMainThread } from '#bench/ui/trace.ts'

const everyMs = 100
const quietMs = 5_000
/** requests that may wait for their answer: beyond it the machine cannot keep the rate, and the figure says so */
const mostUnderWay = 50

/**
 * A page that stays at the end of a job while so many lines a second arrive. A task of the main thread counts by its
 * processor time: that is the page's own doing. By the clock it also lasts while others have the core, of which the
 * server, its databases and the drawing share two with it.
 */
export async function measureBurst({ browser, stage, rate, seconds, say }: PageBench): Promise<Measure[]> {
  await using context = await openWindow(browser, stage, 1)
  const emitter = openEmitter(stage, 8)
  try {
    const jobId = await emitter.createJob(`bench-burst-${Date.now()}`)
    await emitter.emit(JSON.stringify({ jobId, events: [{ type: 'job.started', payload: {} }, output(lineText(0))] }))
    const page = await openJob(context, jobId)
    await sleep(2_000)
    const quiet = await tasksOf(browser, page, () => sleep(quietMs))
    say(`nothing arrived for ${quietMs / 1000} s`)
    const sent = { lines: 1, perSecond: 0 }
    const busy = await tasksOf(browser, page, async () => {
      Object.assign(sent, await emitLines({ emitter, jobId, rate, seconds, say }))
    })
    await emitter.emit(JSON.stringify({ jobId, events: [{ type: 'job.completed', payload: {} }] }))
    await page.getByText('Complete', { exact: true }).waitFor({ timeout: 60_000 })
    const shown = await linesShown(page)
    await page.close()
    const long = busy.filter(({ cpuMs }) => cpuMs > 50)
    return [
      {
        figure: `${Math.round(sent.perSecond).toLocaleString('en')} events/s for ${seconds} s: ${told(busy)}`,
        baseline: `nothing for ${quietMs / 1000} s: ${told(quiet)}`,
        value: long.length,
        unit: 'tasks over 50 ms',
        limit: { most: 0 },
      },
      {
        figure: `lines that the page does not count: ${sent.lines - shown}`,
        baseline: `lines that were recorded: ${sent.lines.toLocaleString('en')}, at ${Math.round(sent.perSecond).toLocaleString('en')} a second of ${rate.toLocaleString('en')} wanted`,
        value: Math.abs(sent.lines - shown),
        unit: 'lines',
        limit: { most: 0 },
      },
      {
        figure: `recorded: ${Math.round(sent.perSecond).toLocaleString('en')} events/s`,
        baseline: `wanted: ${rate.toLocaleString('en')} events/s; below it the other figures of the burst are void`,
        value: sent.perSecond / rate,
        limit: { least: 0.99 },
      },
    ]
  } finally {
    emitter.close()
  }
}

type Emitting = { emitter: Emitter; jobId: string; rate: number; seconds: number; say(text: string): void }

/** By the clock: what is late does not put off what comes next. */
async function emitLines({
  emitter,
  jobId,
  rate,
  seconds,
  say,
}: Emitting): Promise<{ lines: number; perSecond: number }> {
  const began = performance.now()
  const underWay = new Set<Promise<unknown>>()
  const size = Math.round((rate * everyMs) / 1000)
  const batches = Math.round((seconds * 1000) / everyMs)
  for (let batch = 0; batch < batches; batch++) {
    if (underWay.size >= mostUnderWay) await Promise.race(underWay)
    const events = Array.from({ length: size }, (_, n) => output(lineText(batch * size + n)))
    const request: Promise<unknown> = emitter
      .emit(JSON.stringify({ jobId, events }))
      .then(() => underWay.delete(request))
    underWay.add(request)
    if ((batch + 1) % (10_000 / everyMs) === 0) say(`emitted for ${((batch + 1) * everyMs) / 1000} s`)
    await sleep(Math.max(0, began + (batch + 1) * everyMs - performance.now()))
  }
  await Promise.all(underWay)
  return { lines: 1 + batches * size, perSecond: (batches * size * 1000) / (performance.now() - began) }
}

function output(text: string) {
  return { type: 'step.output', payload: { stepId: 'build', stream: 'stdout', text } }
}

async function tasksOf(browser: Browser, page: Page, run: () => Promise<unknown>): Promise<Task[]> {
  const stop = await traceMainThread(browser, page)
  await run()
  return (await stop()).tasks
}

async function linesShown(page: Page): Promise<number> {
  return Number((await page.getByRole('tab', { name: 'Output' }).innerText()).replace(/\D/g, ''))
}

function told(tasks: readonly Task[]): string {
  const [cpu, wall] = [tasks.map(({ cpuMs }) => cpuMs), tasks.map(({ wallMs }) => wallMs)]
  const busy = cpu.reduce((sum, ms) => sum + ms, 0)
  const span = (tasks.at(-1)?.startMs ?? 0) - (tasks[0]?.startMs ?? 0)
  return `longest task ${Math.max(0, ...cpu).toFixed(1)} ms of the processor; by the clock ${Math.max(0, ...wall).toFixed(1)} ms, ${wall.filter((ms) => ms > 50).length} over 50; main thread busy ${((busy / span) * 100).toFixed(0)} %`
}
