import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright/test'
import { deployWithAgent } from '#components/timeline/fixtures/deployWithAgent.ts'
import type { Draft } from '#domain/events/envelope.ts'
import { type App, expect, test } from '#e2e/app.ts'

let told: string | null = null

/** A job with every type of event, recorded once for all tests of this file. */
async function tellDeploy(app: App): Promise<string> {
  if (told !== null) return told
  const [created, ...events] = deployWithAgent()
  if (created?.type !== 'job.created') throw new Error('the fixture begins otherwise')
  const job = await app.createJob({ title: 'Deploy api', inputs: created.payload.inputs })
  await app.emit(job.id, ...events.map(({ type, payload }) => ({ type, payload }) as Draft))
  told = job.id
  return job.id
}

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).join('; ')}`,
  )
  expect(found).toEqual([])
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test.describe(`${colorScheme}, ${width} px`, () => {
      test.use({ colorScheme, viewport: { width, height: 850 } })

      test('the login page has no violations', async ({ page, app }) => {
        await page.goto(`${app.url}/login`)
        await page.getByRole('button', { name: 'Sign in' }).click()
        await expect(page.getByText('Enter a key')).toBeVisible()
        await expectNoViolations(page)
      })

      test('the list of jobs has no violations, and nothing is cut off', async ({ signedIn: page, app }) => {
        await tellDeploy(app)
        await page.goto(app.url)
        await expect(page.getByRole('link', { name: 'Deploy api' })).toBeVisible()
        await expectNoViolations(page)
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      })

      test('the job page has no violations, with and without a selection', async ({ signedIn: page, app }) => {
        const id = await tellDeploy(app)
        await page.goto(`${app.url}/jobs/${id}`)
        await expect(page.getByText('Complete', { exact: true })).toBeVisible()
        await expectNoViolations(page)
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)

        await page.goto(`${app.url}/jobs/${id}?sel=92`)
        await expect(page.getByText('Complete', { exact: true })).toBeVisible()
        if (width < 640) await page.getByRole('button', { name: 'Details' }).click()
        await expect(page.getByRole('complementary', { name: 'Selected event' })).toBeVisible()
        await expectNoViolations(page)

        await page.keyboard.press('5')
        await expect(page.locator('[data-pane=events]')).toBeVisible()
        await expectNoViolations(page)

        await page.keyboard.press('2')
        await page.getByRole('tab', { name: /^Output/ }).click()
        await expect(page.locator('[data-pane=output]')).toBeVisible()
        await expectNoViolations(page)

        await page.keyboard.press('?')
        await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
        await expectNoViolations(page)
        await page.keyboard.press('Escape')

        await page.keyboard.press('Control+k')
        await page.keyboard.type('g')
        await expect(page.getByRole('dialog', { name: 'Commands' })).toBeVisible()
        await expectNoViolations(page)
      })

      test('the views of AI, gates and the past have no violations', async ({ signedIn: page, app }) => {
        const id = await tellDeploy(app)
        await page.goto(`${app.url}/jobs/${id}?view=ai`)
        const ai = page.getByRole('region', { name: 'AI' })
        await ai.getByRole('button', { name: 'Arguments and result of read' }).first().click()
        await expect(ai.getByRole('region', { name: 'Arguments' })).toBeVisible()
        await expectNoViolations(page)
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)

        await page.goto(`${app.url}/jobs/${id}?view=gates&sel=71`)
        await expect(page.getByRole('region', { name: 'Evidence' })).toContainText('saved-card')
        await expectNoViolations(page)
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)

        await page.goto(`${app.url}/jobs/${id}?at=60`)
        await expect(page.getByText('As it was at #60')).toBeVisible()
        await expectNoViolations(page)
      })

      test('the connect page has no violations', async ({ signedIn: page, app }) => {
        await page.goto(`${app.url}/connect`)
        await expect(page.getByText('Listening for the first event.')).toHaveCount(3)
        await expectNoViolations(page)
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      })

      test('pages that say no have no violations', async ({ signedIn: page, app }) => {
        const empty = await app.createJob()
        await page.goto(`${app.url}/jobs/${empty.id}`)
        await expect(page.getByRole('heading', { name: 'Waiting for the first event' })).toBeVisible()
        await expectNoViolations(page)
        await page.goto(`${app.url}/jobs/nonsense`)
        await expect(page.getByRole('heading', { name: 'There is no such job' })).toBeVisible()
        await expectNoViolations(page)
        await page.goto(`${app.url}/?q=matches-nothing-at-all`)
        await expect(page.getByRole('heading', { name: 'No job matches' })).toBeVisible()
        await expectNoViolations(page)
      })
    })
  }
}

test('keeps the chosen theme over a reload, without a flash', async ({ signedIn: page, app }) => {
  await page.goto(app.url)
  const toggle = page.getByRole('button', { name: /^Theme/ })
  await toggle.click()
  await toggle.click()
  await page.reload({ waitUntil: 'commit' })
  await page.waitForFunction(() => document.body !== null)
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
  await expect(page.getByRole('button', { name: /^Theme: dark/ })).toBeVisible()
})
