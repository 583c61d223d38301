import type { Page } from 'playwright'

/** One jump: milliseconds from the server's last answer, or from the key if none was asked, until the line is drawn. */
export async function jumpTo(page: Page, seq: number): Promise<number> {
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
      .filter((end) => end <= Number(drawn))
    return Number(drawn) - Math.max(Number(asked), ...answers)
  })
}

/** Milliseconds between frames while the output is scrolled by a wheel, `frames` times. The browser's frame rate must not be limited. */
export async function scrollFrames(page: Page, frames: number): Promise<number[]> {
  return page.evaluate(async (count) => {
    const pane = document.querySelector('[data-pane=output]')
    const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))
    const gaps: number[] = []
    let before = await frame()
    for (let n = 0; n < count; n++) {
      const wheel = new WheelEvent('wheel', { deltaY: 60, bubbles: true, cancelable: true })
      // what the page leaves to the browser, a made-up event does not do
      if (pane?.dispatchEvent(wheel)) pane.scrollTop += 60
      const now = await frame()
      gaps.push(now - before)
      before = now
    }
    return gaps
  }, frames)
}

/** Drags the scrollbar from end to end in so many steps, and waits at each until its lines are there. @returns the last line */
export async function scrollThrough(page: Page, steps: number): Promise<number> {
  const pane = page.locator('[data-pane=output]')
  for (let step = 0; step <= steps; step++) {
    await pane.evaluate((element, part) => {
      element.scrollTop = part * (element.scrollHeight - element.clientHeight)
    }, step / steps)
    await page.waitForTimeout(30)
    await page.locator('[data-line] a').first().waitFor({ timeout: 30_000 })
  }
  await page.locator('[data-pane=output] [data-line] a').last().waitFor()
  return pane.evaluate((element) =>
    Number([...element.querySelectorAll('[data-line]')].at(-1)?.getAttribute('data-line')),
  )
}

/** Bytes of the JavaScript heap after a collection. */
export async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.enable')
  await session.send('HeapProfiler.collectGarbage')
  await session.send('Performance.enable')
  const { metrics } = await session.send('Performance.getMetrics')
  await session.detach()
  return metrics.find((metric) => metric.name === 'JSHeapUsedSize')?.value ?? Number.NaN
}
