import type { Browser, Page } from 'playwright'
import { type Measure, median, quantile } from '#bench/measure.ts'
import { openWindow } from '#bench/ui/browser.ts'
import { openJob } from '#bench/ui/measureOpening.ts'
import type { PageBench } from '#bench/ui/pageBench.ts'
import { type Frame, traceMainThread } from '#bench/ui/trace.ts'

const turns = 300
const dragSteps = 300
const stops = 500

/**
 * Scrolling at pixel ratio 2, by wheel and by a drag of the scrollbar over the whole job. Judged is what the main thread
 * does for a frame, in processor time: without a graphics card the pixels are drawn by the processor, after the main
 * thread, and the time from frame to frame is that of the drawing. It is told beside that of a page of plain text.
 */
export async function measureReading({ browser, stage, jobs, say }: PageBench): Promise<Measure[]> {
  await using context = await openWindow(browser, stage, 2)
  const plain = await context.newPage()
  await plain.setContent(plainPage)
  const base = await framesOf(browser, plain, () => turnWheel(plain, 'pre'))
  await plain.close()
  say('scrolled a page of plain text')
  const page = await openJob(context, jobs.large)
  const heapBefore = await heapBytes(page)
  // the view that shows most lines
  await page.keyboard.press('2')
  await page.locator(output).evaluate((pane) => pane.scrollTo(0, 1_000_000))
  await page.waitForTimeout(500)
  const wheel = await framesOf(browser, page, () => turnWheel(page, output))
  say(`turned the wheel ${turns} times`)
  const drag = await framesOf(browser, page, () => dragScrollbar(page))
  say('dragged the scrollbar from end to end')
  const last = await scrollThrough(page)
  say(`stopped ${stops} times from end to end; the last line is ${last.toLocaleString('en')}`)
  const heapAfter = await heapBytes(page)
  const baseline = `${turns} turns of the wheel over plain text: ${work(base)}; ${pace(base)}`
  return [
    {
      figure: `the wheel, ${turns} turns at ratio 2: ${work(wheel)}; ${pace(wheel)}`,
      baseline,
      value: quantile(cpuOf(wheel), 0.95),
      unit: 'ms of work a frame, p95',
      limit: { most: 16 },
    },
    {
      figure: `the scrollbar from end to end, ${dragSteps} moves at ratio 2: ${work(drag)}; ${pace(drag)}`,
      baseline,
      value: quantile(cpuOf(drag), 0.95),
      unit: 'ms of work a frame, p95',
      limit: { most: 16 },
    },
    {
      figure: `heap after ${stops} stops from end to end: ${megabytes(heapAfter)}`,
      baseline: `when the page had opened: ${megabytes(heapBefore)}; both after a collection`,
      value: heapAfter / 1e6,
      unit: 'MB',
      limit: { most: 150 },
    },
  ]
}

const output = '[data-pane=output]'

const plainPage = `<style>body { margin: 0 } pre { height: 100vh; margin: 0; overflow: auto; font: 12px/20px monospace }</style>
<pre>${Array.from({ length: 3000 }, (_, n) => `line ${n} of nothing but text that a browser scrolls by itself`).join('\n')}</pre>`

async function framesOf(browser: Browser, page: Page, scroll: () => Promise<void>): Promise<Frame[]> {
  const stop = await traceMainThread(browser, page)
  await scroll()
  return (await stop()).frames
}

/** Turns as a hand does: one after the other, some sixty a second. */
async function turnWheel(page: Page, pane: string): Promise<void> {
  const box = await page.locator(pane).boundingBox()
  if (!box) throw new Error(`${pane} is not on the page`)
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  for (let turn = 0; turn < turns; turn++) {
    await page.mouse.wheel(0, 120)
    await page.waitForTimeout(10)
  }
}

async function dragScrollbar(page: Page): Promise<void> {
  const bar = await page.locator(output).evaluate((pane) => {
    const { top, left, height } = pane.getBoundingClientRect()
    pane.scrollTo(0, 0)
    return { x: left + pane.clientWidth + (pane.getBoundingClientRect().width - pane.clientWidth) / 2, top, height }
  })
  // Chromium puts a button at each end; the thumb is small and lies below the first
  const [from, to] = [bar.top + 24, bar.top + bar.height]
  await page.waitForTimeout(500)
  await page.mouse.move(bar.x, from)
  await page.mouse.down()
  for (let step = 1; step <= dragSteps; step++) {
    await page.mouse.move(bar.x, from + ((to - from) * step) / dragSteps)
    await page.waitForTimeout(10)
  }
  await page.mouse.up()
  const part = await page.locator(output).evaluate((pane) => pane.scrollTop / (pane.scrollHeight - pane.clientHeight))
  if (part < 0.99) throw new Error(`the drag of the scrollbar ended at ${(part * 100).toFixed(0)} % of its way`)
}

/** Stops on the way from end to end, at each until its lines are there. @returns the number of the last line drawn */
async function scrollThrough(page: Page): Promise<number> {
  const pane = page.locator(output)
  for (let stop = 0; stop <= stops; stop++) {
    await pane.evaluate(async (element, part) => {
      element.scrollTop = part * (element.scrollHeight - element.clientHeight)
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
      await frame()
      while (element.querySelector('[data-line] a') === null) await frame()
    }, stop / stops)
  }
  // the page puts its scrollbar right after a moment without scrolling, and draws anew
  await page.waitForTimeout(500)
  const last = pane.locator('[data-line]').last()
  await last.waitFor()
  return Number(await last.getAttribute('data-line')) + 1
}

/** Bytes of the JavaScript heap after a collection. */
async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.enable')
  await session.send('HeapProfiler.collectGarbage')
  await session.send('Performance.enable')
  const { metrics } = await session.send('Performance.getMetrics')
  await session.detach()
  return metrics.find((metric) => metric.name === 'JSHeapUsedSize')?.value ?? Number.NaN
}

function cpuOf(frames: readonly Frame[]): number[] {
  return frames.map(({ cpuMs }) => cpuMs)
}

function work(frames: readonly Frame[]): string {
  const cpu = cpuOf(frames)
  return `${quantile(cpu, 0.95).toFixed(1)} ms of work a frame (p95; median ${median(cpu).toFixed(1)})`
}

function pace(frames: readonly Frame[]): string {
  const wall = frames.map(({ wallMs }) => wallMs)
  return `from frame to frame ${quantile(wall, 0.95).toFixed(1)} ms (p95; median ${median(wall).toFixed(1)}, ${frames.length} frames)`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
