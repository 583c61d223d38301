import type { Browser, Page } from 'playwright/test'
import { type App, expect, signIn, test } from '#e2e/app.ts'

const lines = 1_000_000
/** job.created, job.started and step.started come before the first line */
const lastSeq = lines + 3
const batch = 1000

const log = (page: Page) => page.locator('[data-pane=output]')
const lastLine = (page: Page) => log(page).getByText(`line ${lines} of the build`, { exact: true })

let jobId = ''

test.beforeAll(async ({ app }) => {
  test.setTimeout(600_000)
  const job = await app.createJob({ title: 'A million lines' })
  jobId = job.id
  await app.emit(
    jobId,
    { type: 'job.started', payload: {} },
    { type: 'step.started', payload: { stepId: 'build', name: 'Build' } },
  )
  for (let first = 1; first <= lines; first += batch) {
    const outputs = Array.from(
      { length: batch },
      (_, n) =>
        ({
          type: 'step.output',
          payload: { stepId: 'build', stream: 'stdout', text: `line ${first + n} of the build\n` },
        }) as const,
    )
    await app.emit(jobId, ...outputs)
  }
})

async function open(browser: Browser, app: App, ratio: number, path = ''): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: ratio })
  const page = await context.newPage()
  await signIn(page, app)
  await page.goto(`${app.url}/jobs/${jobId}${path}`)
  await expect(page.getByRole('tab', { name: 'Output' })).toContainText('1,000,000')
  return page
}

async function goTo(page: Page, words: string): Promise<void> {
  await page.keyboard.press(':')
  await page.keyboard.type(words)
  await page.keyboard.press('Enter')
}

async function toTheTop(page: Page): Promise<void> {
  await log(page).focus()
  await page.keyboard.press('Home')
  await expect(log(page).getByText('line 1 of the build', { exact: true })).toBeVisible()
}

for (const ratio of [1, 2]) {
  test(`reaches the last of a million lines by every way there is, at pixel ratio ${ratio}`, async ({
    browser,
    app,
  }) => {
    test.setTimeout(180_000)
    const page = await open(browser, app, ratio)
    // it opens at the end and follows
    await expect(lastLine(page)).toBeVisible()

    await toTheTop(page)
    await page.keyboard.press('End')
    await expect(lastLine(page)).toBeVisible()

    await toTheTop(page)
    await log(page).evaluate((element) => {
      element.scrollTop = element.scrollHeight
    })
    await expect(lastLine(page)).toBeVisible()

    await toTheTop(page)
    await goTo(page, '1000000')
    await expect(lastLine(page)).toBeVisible()

    await toTheTop(page)
    await goTo(page, `#${lastSeq}`)
    await expect(lastLine(page)).toBeVisible()
    await expect(page).toHaveURL(new RegExp(`sel=${lastSeq}$`))

    const { y, height } = (await lastLine(page).boundingBox()) ?? { y: 0, height: 0 }
    const pane = (await log(page).boundingBox()) ?? { y: 0, height: 0 }
    expect(y + height, 'the last line lies within the pane').toBeLessThanOrEqual(pane.y + pane.height + 1)
    await page.context().close()

    const fresh = await open(browser, app, ratio, `/events/${lastSeq}`)
    await expect(lastLine(fresh)).toBeVisible()
    await fresh.context().close()
  })
}

test('shows any event of a million in the list of events', async ({ browser, app }) => {
  const page = await open(browser, app, 1)
  await page.getByRole('tab', { name: 'Events' }).click()
  await goTo(page, '#777777')
  const list = page.locator('[data-pane=events]')
  await expect(list.getByText('line 777774 of the build')).toBeVisible()
  await expect(page.getByRole('complementary', { name: 'Selected event' })).toContainText('line 777774 of the build')
  await page.context().close()
})
