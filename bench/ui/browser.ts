import { type Browser, type BrowserContext, chromium } from 'playwright'
import type { Stage } from '#bench/stage.ts'
import { findChromium } from '#scripts/findChromium.ts'

/** A Chromium as a reader has it, but without a window: its pixels are drawn by the processor. */
export async function openBrowser(args: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium()
  return chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    // Playwright hides them, and the bench drags one.
    ignoreDefaultArgs: ['--hide-scrollbars'],
    args: [
      // Chromium refuses its sandbox to root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  })
}

/** A window of 1440x900 at a pixel ratio, signed in. */
export async function openWindow(
  browser: Browser,
  stage: Pick<Stage, 'server' | 'key'>,
  pixelRatio: number,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    deviceScaleFactor: pixelRatio,
    baseURL: stage.server.url,
  })
  const response = await context.request.post('/api/session', {
    data: { key: stage.key },
    headers: { origin: stage.server.url },
  })
  if (!response.ok()) throw new Error(`no session: ${response.status()} ${await response.text()}`)
  return context
}
