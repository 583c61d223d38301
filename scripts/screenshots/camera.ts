import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright'
import type { Scene } from '#scripts/screenshots/scenes.ts'
import { shrinkPng } from '#scripts/screenshots/shrinkPng.ts'
import { visit } from '#scripts/screenshots/tellJobs.ts'

type Look = { width: number; height: number; pixelRatio: number; theme: 'light' | 'dark' }

const looks: Look[] = (['light', 'dark'] as const).flatMap((theme) => [
  { width: 1440, height: 900, pixelRatio: 1, theme },
  { width: 390, height: 844, pixelRatio: 2, theme },
])

export type Camera = AsyncDisposable & {
  /** Opens the scene in every look at once and takes its pictures, `<scene>-<width>-<theme>.png`. */
  take(scene: Scene): Promise<void>
}

/** A signed-in browser for each theme and width. */
export async function openCamera(
  browser: Browser,
  server: { url: string; key: string },
  folder: string,
): Promise<Camera> {
  const windows = await Promise.all(
    looks.map(async (look) => ({ look, context: await openWindow(browser, server, look) })),
  )
  return {
    take: async (scene) => {
      const pages = await Promise.all(
        windows.map(async ({ look, context }) => {
          const page = await context.newPage()
          await page.goto(scene.path)
          return { look, page }
        }),
      )
      await scene.onceOpen?.(pages.map(({ page }) => page))
      await Promise.all(
        pages.map(async ({ look, page }) => {
          await scene.until(page, look.width < 640)
          await expose(page, join(folder, `${scene.name}-${look.width}-${look.theme}.png`))
        }),
      )
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(windows.map(({ context }) => context.close()))
    },
  }
}

async function openWindow(
  browser: Browser,
  { url, key }: { url: string; key: string },
  { width, height, pixelRatio, theme }: Look,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: pixelRatio,
    colorScheme: theme,
    reducedMotion: 'reduce',
    baseURL: url,
  })
  await context.addInitScript((word) => sessionStorage.setItem('waybill.connect', word), visit)
  const response = await context.request.post('/api/session', { data: { key }, headers: { origin: url } })
  if (!response.ok()) throw new Error(`no session: ${response.status()} ${await response.text()}`)
  return context
}

/** Takes the picture once fonts are there and two frames are drawn: what is measured in one is placed in the next. */
async function expose(page: Page, path: string): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready
    for (const _ of [1, 2]) await new Promise((resolve) => requestAnimationFrame(resolve))
  })
  // reads that fill panes which the scene did not wait for
  await page.waitForTimeout(500)
  writeFileSync(path, shrinkPng(await page.screenshot({ animations: 'disabled', caret: 'hide' })))
  await page.close()
}
