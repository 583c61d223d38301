import type { Page } from 'playwright/test'

declare global {
  interface Window {
    /** milliseconds by which the browser's clock is ahead */
    clockAhead: number
  }
}

/**
 * Gives the page a clock that can be wrong; to be called before the page is opened. Time passes as it does: only what
 * time it is differs, as on a machine whose clock was set, or which slept.
 */
export async function giveClock(page: Page, aheadMs = 0): Promise<void> {
  await page.addInitScript((ahead) => {
    window.clockAhead = ahead
    const trueNow = Date.now.bind(Date)
    const { timeOrigin } = performance
    Date.now = () => trueNow() + window.clockAhead
    // Read once by whoever asks, as the real one is fixed when the page is opened.
    Object.defineProperty(performance, 'timeOrigin', { value: timeOrigin + ahead })
  }, aheadMs)
}

/** Sets the page's clock on by so much, from one moment to the next. */
export async function turnClock(page: Page, ms: number): Promise<void> {
  await page.evaluate((by) => {
    window.clockAhead += by
  }, ms)
}
