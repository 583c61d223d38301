import { gzipSync } from 'node:zlib'
import type { BrowserContext, Page } from 'playwright'

/** Milliseconds from the beginning of the navigation until verdict, counts and tree are on the screen. */
export async function firstPaint(context: BrowserContext, jobId: string): Promise<number> {
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

/** Bytes of all scripts that the job page loads, each compressed on its own as a server sends them. */
export async function scriptBytes(context: BrowserContext, jobId: string): Promise<number> {
  const page = await context.newPage()
  const bodies: Promise<Buffer>[] = []
  page.on('response', (response) => {
    if (response.headers()['content-type']?.includes('javascript')) bodies.push(response.body())
  })
  await page.goto(`/jobs/${jobId}`)
  await page.locator('[data-line]').first().waitFor({ timeout: 60_000 })
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
