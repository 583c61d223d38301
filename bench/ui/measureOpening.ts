import { gzipSync } from 'node:zlib'
import type { BrowserContext, Page } from 'playwright'
import { type Measure, median, spread } from '#bench/measure.ts'
import { openWindow } from '#bench/ui/browser.ts'
import type { PageBench } from '#bench/ui/pageBench.ts'

/** Until verdict, counts and tree are on the screen, large job against small; and what the page's scripts weigh. */
export async function measureOpening({ browser, stage, jobs, loads, say }: PageBench): Promise<Measure[]> {
  await using context = await openWindow(browser, stage, 1)
  const times = { large: [] as number[], tiny: [] as number[] }
  // in turns, and one of each before them that does not count: scripts are read and compiled
  for (let load = -1; load < loads; load++) {
    for (const name of ['tiny', 'large'] as const) {
      const ms = await firstPaint(context, jobs[name])
      if (load >= 0) times[name].push(ms)
    }
  }
  say(`opened each job ${loads} times`)
  const scripts = await scriptBytes(context, `/jobs/${jobs.large}`, '[data-line]')
  const least = await scriptBytes(context, '/login', 'main')
  return [
    {
      figure: `first useful paint of ${jobs.events.toLocaleString('en')} events: ${paint(times.large)}`,
      baseline: `of 100 events: ${paint(times.tiny)}; medians of ${loads} loads in turns`,
      value: median(times.large) / median(times.tiny),
      limit: { most: 1.5 },
    },
    {
      figure: `scripts of the job page: ${kilobytes(scripts)}, compressed one by one`,
      baseline: `those of the sign-in page: ${kilobytes(least)}`,
      value: scripts / 1000,
      unit: 'KB',
      limit: { most: 250 },
    },
  ]
}

function paint(times: readonly number[]): string {
  return `${median(times).toFixed(0)} ms (${spread(times)})`
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} KB`
}

/** Milliseconds from the beginning of the navigation until verdict, counts and tree are on the screen. */
async function firstPaint(context: BrowserContext, jobId: string): Promise<number> {
  const page = await context.newPage()
  await page.addInitScript(() => {
    const look = () => {
      const isThere =
        document.querySelector('main h1') !== null &&
        document.querySelector('main dl dd') !== null &&
        document.querySelectorAll('[data-pane=timeline] tr').length > 3
      // two frames: what is found in this one is painted by the next
      if (isThere)
        requestAnimationFrame(() => document.documentElement.setAttribute('data-painted', `${performance.now()}`))
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  await page.goto(`/jobs/${jobId}`)
  const painted = page.locator('html[data-painted]')
  await painted.waitFor({ state: 'attached', timeout: 60_000 })
  const ms = Number(await painted.getAttribute('data-painted'))
  await page.close()
  return ms
}

/** Bytes of all scripts that a page loads until something is there, each compressed on its own as a server sends them. */
async function scriptBytes(context: BrowserContext, path: string, awaited: string): Promise<number> {
  const page = await context.newPage()
  const bodies: Promise<Buffer>[] = []
  page.on('response', (response) => {
    if (response.headers()['content-type']?.includes('javascript')) bodies.push(response.body())
  })
  await page.goto(path)
  await page.locator(awaited).first().waitFor({ timeout: 60_000 })
  await page.waitForLoadState('networkidle').catch(() => {})
  const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length)
  await page.close()
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** The job page, with its output on the screen. */
export async function openJob(context: BrowserContext, jobId: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`/jobs/${jobId}`)
  await page.locator('[data-line] a').first().waitFor({ timeout: 60_000 })
  return page
}
