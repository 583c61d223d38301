import type { Page } from 'playwright/test'
import { deployWithAgent } from '#components/timeline/fixtures/deployWithAgent.ts'
import type { Draft } from '#domain/events/envelope.ts'
import { type App, expect, test } from '#e2e/app.ts'
import { expectFits, expectNoViolations } from '#e2e/axe.ts'

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

const inspector = (page: Page) => page.getByRole('complementary', { name: 'Selected event' })
const heading = (page: Page, name: string) => page.getByRole('heading', { name })

for (const width of [1440, 390]) {
  const isNarrow = width < 640

  test.describe(`${width} px wide`, () => {
    test.use({ viewport: { width, height: 850 } })

    test('the login page has no violations', async ({ page, app }) => {
      await page.goto(`${app.url}/login`)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page.getByText('Enter a key')).toBeVisible()
      await expectNoViolations(page)
      await expectFits(page)
    })

    test('the list of jobs has no violations, with and without jobs', async ({ signedIn: page, app }) => {
      await tellDeploy(app)
      await page.goto(app.url)
      await expect(page.getByRole('link', { name: 'Deploy api' })).toBeVisible()
      await expectNoViolations(page)
      await expectFits(page)

      await page.getByLabel(/^Signed in as/).click()
      await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()
      await expectNoViolations(page)

      await page.goto(`${app.url}/?q=matches-nothing-at-all`)
      await expect(heading(page, 'No job matches')).toBeVisible()
      await expectNoViolations(page)
    })

    test('the job page has no violations in any of its panes and dialogs', async ({ signedIn: page, app }) => {
      test.slow()
      const id = await tellDeploy(app)
      await page.goto(`${app.url}/jobs/${id}`)
      await expect(page.getByText('Complete', { exact: true })).toBeVisible()
      await expectNoViolations(page)
      await expectFits(page)

      await page.goto(`${app.url}/jobs/${id}?sel=92`)
      await expect(page.getByText('Complete', { exact: true })).toBeVisible()
      if (isNarrow) await page.getByRole('button', { name: 'Details' }).click()
      await expect(inspector(page)).toBeVisible()
      await expectNoViolations(page)

      await page.keyboard.press('5')
      await expect(page.locator('[data-pane=events]')).toBeVisible()
      await expectNoViolations(page)

      await page.keyboard.press('2')
      await page.getByRole('tab', { name: /^Output/ }).click()
      await page.keyboard.press('/')
      await page.keyboard.type('spec')
      await page.keyboard.press('Enter')
      await expect(page.getByText(/^\d+ of \d+$/)).toBeVisible()
      await expectNoViolations(page)
      for (const _ of ['what is offered', 'the search', 'its box']) await page.keyboard.press('Escape')

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
      await expectFits(page)

      await page.goto(`${app.url}/jobs/${id}?view=gates&sel=71`)
      await expect(page.getByRole('region', { name: 'Evidence' })).toContainText('saved-card')
      await expectNoViolations(page)
      await expectFits(page)

      await page.goto(`${app.url}/jobs/${id}?at=60`)
      await expect(page.getByText('As it was at #60')).toBeVisible()
      await expectNoViolations(page)
      await expectFits(page)
    })

    test('the connect page has no violations, before and after something was heard', async ({
      signedIn: page,
      app,
    }) => {
      await page.goto(`${app.url}/connect`)
      await expect(page.getByText('Listening for the first event.')).toHaveCount(3)
      await expectNoViolations(page)
      await expectFits(page)

      const visit = await page.evaluate(() => sessionStorage.getItem('waybill.connect'))
      const job = await app.createJob({ labels: { connect: `curl-${visit}` } })
      await app.emit(job.id, { type: 'job.started', payload: {} })
      await expect(page.getByText('Connected.')).toBeVisible()
      await expectNoViolations(page)
    })

    test('a job that waits, runs, is held or is out of reach has no violations', async ({ signedIn: page, app }) => {
      const { id } = await app.createJob({ title: 'Slow' })
      await page.goto(`${app.url}/jobs/${id}`)
      await expect(heading(page, 'Waiting for the first event')).toBeVisible()
      await expectNoViolations(page)
      await expectFits(page)

      const line = { type: 'step.output', payload: { stepId: 's', stream: 'stdout', text: 'on\n' } } as const
      await app.emit(id, { type: 'job.started', payload: {} }, line)
      await expect(page.getByRole('row', { name: /^s, step/ })).toBeVisible()
      await page.getByRole('button', { name: 'Hold' }).click()
      await page.context().setOffline(true)
      await expect(page.locator('[data-connection=paused]')).toBeVisible()
      await expectNoViolations(page)
      await expectFits(page)
    })

    test('pages that say no have no violations', async ({ signedIn: page, app }) => {
      await page.goto(`${app.url}/jobs/nonsense`)
      await expect(heading(page, 'There is no such job')).toBeVisible()
      await expectNoViolations(page)
      await page.goto(`${app.url}/nowhere`)
      await expect(heading(page, 'There is nothing here')).toBeVisible()
      await expectNoViolations(page)
    })
  })
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

test('tells a screen reader of each row what its bar shows, and where it stands in the tree', async ({
  signedIn: page,
  app,
}) => {
  const job = await app.createJob({ title: 'Small deploy' })
  await app.emit(
    job.id,
    { type: 'job.started', payload: {} },
    { type: 'step.started', payload: { stepId: 'test', name: 'Test' } },
    { type: 'step.started', payload: { stepId: 'unit', name: 'Unit', parentStepId: 'test' } },
    { type: 'step.completed', payload: { stepId: 'unit', outcome: 'success' } },
    { type: 'gate.started', payload: { gateId: 'e2e', name: 'e2e', stepId: 'test' } },
    { type: 'gate.failed', payload: { gateId: 'e2e', reason: 'one failed' } },
    { type: 'ai.tool_called', payload: { callId: 'c', tool: 'grep', stepId: 'test', durationMs: 2_000 } },
  )
  await page.goto(`${app.url}/jobs/${job.id}`)
  await expect(page.getByRole('treegrid')).toMatchAriaSnapshot(`
    - treegrid "Steps, gates and AI events":
      - rowgroup:
        - row /^Small deploy, job, \\d+ \\w+, running$/ [expanded] [level=1]
        - row /^Test, step, \\d+ \\w+, running$/ [expanded] [level=2]
        - row /^Unit, step, \\d+ milliseconds?, succeeded$/ [level=3]
        - row /^e2e, gate, \\d+ milliseconds?, failed$/ [level=3]
        - row "grep, tool call, 2 seconds" [level=3]
  `)
  const places = await page
    .getByRole('row')
    .evaluateAll((rows) =>
      rows.map((row) => ['rowindex', 'posinset', 'setsize'].map((name) => Number(row.getAttribute(`aria-${name}`)))),
    )
  expect(places).toEqual([
    [1, 1, 1],
    [2, 1, 1],
    [3, 1, 3],
    [4, 2, 3],
    [5, 3, 3],
  ])
  await expect(page.getByRole('treegrid')).toHaveAttribute('aria-rowcount', '5')
})
