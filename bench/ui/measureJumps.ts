import type { Page } from 'playwright'
import { type Measure, median } from '#bench/measure.ts'
import { openWindow } from '#bench/ui/browser.ts'
import { openJob } from '#bench/ui/measureOpening.ts'
import type { PageBench } from '#bench/ui/pageBench.ts'

const jumps = 20

/** From the server's answer until the line of an event is drawn, all over the job, against a jump that asks nobody. */
export async function measureJumps({ browser, stage, jobs, say }: PageBench): Promise<Measure[]> {
  await using context = await openWindow(browser, stage, 1)
  const page = await openJob(context, jobs.large)
  const far: Jump[] = []
  const near: Jump[] = []
  for (let n = 1; n <= jumps; n++) {
    const seq = Math.floor((jobs.events * n) / (jumps + 1))
    far.push(await jumpTo(page, seq))
    // on the same page of lines, and out of sight
    near.push(await jumpTo(page, seq + (seq % 1000 < 500 ? 200 : -200)))
  }
  say(`jumped to ${jumps} events`)
  const after = far.map((jump) => jump.drawnMs - (jump.answeredMs ?? 0))
  return [
    {
      figure: `jump to one of ${jumps} events: ${slowest(after)} from the server's answer until it is drawn; from the key on, ${slowest(far.map((jump) => jump.drawnMs))}`,
      baseline: `a jump that asks nobody: ${slowest(near.map((jump) => jump.drawnMs))}, of which ${near.filter((jump) => jump.answeredMs !== null).length} asked`,
      value: Math.max(...after),
      unit: 'ms',
      limit: { most: 150 },
    },
  ]
}

function slowest(times: readonly number[]): string {
  return `${Math.max(...times).toFixed(0)} ms at most, ${median(times).toFixed(0)} ms in the median`
}

/** Milliseconds from the key on; null: nothing was asked. */
type Jump = { answeredMs: number | null; drawnMs: number }

async function jumpTo(page: Page, seq: number): Promise<Jump> {
  await page.keyboard.press('Escape')
  await page.keyboard.press(':')
  await page.keyboard.type(`#${seq}`)
  await page.evaluate((wanted) => {
    document.documentElement.removeAttribute('data-drawn')
    performance.clearResourceTimings()
    const look = () => {
      if (document.querySelector(`[data-line] a[href="?sel=${wanted}"]`)) {
        requestAnimationFrame(() => document.documentElement.setAttribute('data-drawn', `${performance.now()}`))
      } else requestAnimationFrame(look)
    }
    document.addEventListener(
      'keydown',
      () => {
        document.documentElement.setAttribute('data-asked', `${performance.now()}`)
        requestAnimationFrame(look)
      },
      { capture: true, once: true },
    )
  }, seq)
  await page.keyboard.press('Enter')
  await page.locator('html[data-drawn]').waitFor({ state: 'attached', timeout: 30_000 })
  return page.evaluate(() => {
    const { drawn, asked } = document.documentElement.dataset
    const answers = performance
      .getEntriesByType('resource')
      .filter((entry) => entry.name.includes('/lines'))
      .map((entry) => (entry as PerformanceResourceTiming).responseEnd)
      .filter((end) => end >= Number(asked) && end <= Number(drawn))
    return {
      answeredMs: answers.length === 0 ? null : Math.max(...answers) - Number(asked),
      drawnMs: Number(drawn) - Number(asked),
    }
  })
}
