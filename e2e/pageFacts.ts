import { expect, type Page } from 'playwright/test'

/** Everything a page says, as text and roles. */
export type PageFacts = { title: string; bar: string; main: string; events: string; chip: string[] }

/**
 * What a job's page shows: title, header, counters, connection, tree, inspector or summary, output and list of events; with
 * levels, selections and everything else that is told to a screen reader. Times that pass by themselves are made equal.
 */
export async function pageFacts(page: Page): Promise<PageFacts> {
  const main = page.getByRole('main')
  await page.getByRole('tab', { name: /^Output/ }).click()
  const withOutput = await main.ariaSnapshot()
  await page.getByRole('tab', { name: /^Events/ }).click()
  const events = await page.getByRole('region', { name: 'Output and events' }).ariaSnapshot()
  await page.getByRole('tab', { name: /^Output/ }).click()
  return {
    title: await page.title(),
    bar: timeless(await page.getByRole('banner').ariaSnapshot()),
    chip: (await page.locator('[data-connection]').allTextContents()).map(timeless),
    main: timeless(withOutput),
    events: timeless(events),
  }
}

/** The same of the list of jobs. */
export async function listFacts(page: Page): Promise<Pick<PageFacts, 'bar' | 'main' | 'chip'>> {
  return {
    bar: timeless(await page.getByRole('banner').ariaSnapshot()),
    chip: (await page.locator('[data-connection]').allTextContents()).map(timeless),
    main: timeless(await page.getByRole('main').ariaSnapshot()),
  }
}

/** The page is level with its server again. Its reader is impatient: what it waits for before the next try is cut short. */
export async function expectSettled(page: Page): Promise<void> {
  const retry = page.getByRole('button', { name: 'Retry now' })
  await expect(async () => {
    // Once in a while: each click ends the try that is under way.
    if (await retry.isVisible()) await retry.click({ timeout: 1_000 })
    await expect(page.getByText(/^(Live|Complete)$/)).toBeVisible({ timeout: 5_000 })
  }).toPass()
}

/** The page has become what another one is that is loaded now, from a server that nothing happened to. */
export async function expectAsFresh(page: Page, fresh: Page, address: string): Promise<void> {
  await fresh.goto(address)
  await expectSettled(fresh)
  await expectSettled(page)
  await expect(async () => expect(await pageFacts(page)).toEqual(await pageFacts(fresh))).toPass()
}

/** To a tenth of a pixel: bars, marks and the overview say nothing in words. */
export async function expectSamePicture(page: Page, fresh: Page): Promise<void> {
  const overview = (of: Page) =>
    of
      .locator('canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())
  expect(await overview(page)).toBe(await overview(fresh))
  const bars = (of: Page) =>
    of.getByRole('region', { name: 'Timeline' }).evaluate((region) =>
      [...region.querySelectorAll('*')].map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect()
        return `${element.tagName} ${[x, y, width, height].map((n) => n.toFixed(1)).join(' ')}`
      }),
    )
  expect(await bars(page)).toEqual(await bars(fresh))
}

/** Durations and ages as the pages write and speak them, longest forms first. */
const passing =
  /\b(\d+d \d\dh|\d+h \d\dm|\d+m \d\ds|\d+(\.\d)?s|\d+ ms)( ago)?\b|\b\d+m ago\b|\bjust now\b|\bnow\b|\b\d+ (millisecond|second|minute|hour)s?( \d+ (second|minute)s?)?\b/g

function timeless(text: string): string {
  // a step's share of the job's time changes, too, as long as the job runs
  return text.replaceAll(passing, '<time>').replaceAll(/\b\d+ %/g, '<share>')
}
