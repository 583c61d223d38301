import type { Page } from 'playwright/test'
import { deployWithAgent } from '#components/timeline/fixtures/deployWithAgent.ts'
import type { Draft } from '#domain/events/envelope.ts'
import { type App, expect, signIn, test } from '#e2e/app.ts'
import { runCli } from '#testing/commandLine.ts'

async function openDeploy(page: Page, app: App, search = ''): Promise<string> {
  const [, ...events] = deployWithAgent()
  const job = await app.createJob({ title: 'Deploy api' })
  await app.emit(job.id, ...events.map(({ type, payload }) => ({ type, payload }) as Draft))
  await page.goto(`${app.url}/jobs/${job.id}${search}`)
  await expect(page.getByText('Complete', { exact: true })).toBeVisible()
  return job.id
}

const inspector = (page: Page) => page.getByRole('complementary', { name: 'Selected event' })

test('shows what an agent did in its order, folds repeats, and reads arguments when asked', async ({
  signedIn: page,
  app,
}) => {
  await openDeploy(page, app)
  await page.keyboard.press('4')
  const view = page.getByRole('region', { name: 'AI' })
  await expect(view.getByRole('heading', { name: /Agent: mend the failing test/ })).toBeVisible()
  await expect(view).toContainText('estimated cost')
  await expect(view.getByText('claude-sonnet-5').first()).toBeVisible()

  await view.getByRole('button', { name: 'Arguments and result of grep' }).first().click()
  await expect(view.getByRole('region', { name: 'Arguments' })).toContainText('"pattern": "Paid"')
  await expect(view.getByRole('region', { name: 'Result' })).toContainText('"matches": 1')

  await page.keyboard.press('E')
  await expect(inspector(page)).toContainText('1 failed: locator')
  const retry = view.getByRole('button', { name: 'Retry: bash npx playwright test cart: went well at try 2' })
  await page.keyboard.press('h')
  await expect(retry).toHaveAttribute('aria-expanded', 'false')
  await expect(view.getByText(/tried again after/)).toHaveCount(0)
  await page.keyboard.press('l')
  await expect(retry).toHaveAttribute('aria-expanded', 'true')
  await expect(view.getByText(/tried again after/)).toBeVisible()

  await view.getByRole('button', { name: 'Arguments and result of edit' }).last().click()
  await view
    .getByRole('button', { name: /^Compare with #/ })
    .last()
    .click()
  const changed = view.getByRole('region', { name: 'Arguments' }).last()
  await expect(changed).toContainText('after: await expect(page.getByRole("status"))')
  await expect(view.getByRole('region', { name: 'Result' }).last()).toContainText('no difference')

  await view.getByText('claude-sonnet-5').first().click()
  await expect(inspector(page)).toContainText('ai.tokens_used')
  await page.keyboard.press('j')
  await expect(inspector(page)).toContainText('ai.tool_called')
  await expect(page).toHaveURL(/view=ai/)
})

test('folds the calls of one tool that follow each other', async ({ signedIn: page, app }) => {
  const job = await app.createJob({ title: 'Reader' })
  const call = (n: number) => ({ type: 'ai.tool_called', payload: { callId: `c${n}`, tool: 'read' } }) as const
  await app.emit(job.id, { type: 'job.started', payload: {} }, ...[1, 2, 3, 4].map(call))
  await page.goto(`${app.url}/jobs/${job.id}?view=ai`)
  const view = page.getByRole('region', { name: 'AI' })
  await expect(view).toContainText('×4')
  await expect(view.getByRole('listitem')).toHaveCount(2)
  await app.emit(job.id, call(5))
  await expect(view).toContainText('×5')
  await view.getByRole('button', { name: '5 read calls' }).click()
  await expect(view.getByRole('listitem')).toHaveCount(7)
})

test('puts gates against attempts and shows the evidence of a decision', async ({ signedIn: page, app }) => {
  await openDeploy(page, app)
  await page.keyboard.press('6')
  const gates = page.getByRole('table', { name: 'Gates by attempt' })
  await expect(gates.getByRole('columnheader')).toHaveText(['Gate', 'Attempt 1', 'Attempt 2'])
  const release = gates.getByRole('row', { name: /^Release approval/ })
  await expect(release).toContainText('not opened')
  await gates.getByRole('button', { name: /^failed/ }).click()
  await expect(inspector(page)).toContainText('gate.failed')
  const evidence = page.getByRole('region', { name: 'Evidence' })
  await expect(evidence).toContainText('cart/pays-with-saved-card.spec.ts')
  await evidence.getByRole('button').click()
  await expect(inspector(page)).toContainText('step.output')
})

test('finds the output that evidence names by its id, and says so of an id that names nothing', async ({
  signedIn: page,
  app,
}) => {
  const job = await app.createJob({ title: 'Evidence by id' })
  const [id, unknown] = [crypto.randomUUID(), crypto.randomUUID()]
  await app.emit(
    job.id,
    { type: 'job.started', payload: {} },
    { type: 'step.started', payload: { stepId: 'test', name: 'Test' } },
    { id, type: 'step.output', payload: { stepId: 'test', stream: 'stderr', text: 'expected 200, got 500\n' } },
    { type: 'gate.failed', payload: { gateId: 'tests', evidence: [id, unknown] } },
  )
  await page.goto(`${app.url}/jobs/${job.id}?sel=5`)
  await expect(inspector(page)).toContainText('expected 200, got 500')
  await expect(inspector(page)).toContainText(`${unknown}no event of this job`)
  await inspector(page).getByRole('button', { name: '#4' }).click()
  await expect(inspector(page)).toContainText('step.output')
})

test('leads from the demo by e to the first cause and its evidence, and others by the link copied there', async ({
  signedIn: page,
  app,
  browser,
}) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: app.url })
  const { stdout } = await runCli(app, ['demo', '--speed', '50'])
  await page.goto(stdout.toString().trim())
  await expect(page.getByText('Complete', { exact: true })).toBeVisible()
  await expect(page.getByRole('main')).toContainText('failed at gate “e2e”: 1 of 214 tests failed')
  await page.keyboard.press('e')
  const shown = async (where: Page) => {
    await expect(inspector(where)).toContainText('gate.failed')
    await expect(inspector(where)).toContainText('cart/pays-with-saved-card.spec.ts:88:14')
    return {
      path: where.url().replace(app.url, ''),
      row: await where.getByRole('row', { selected: true }).textContent(),
      event: await inspector(where).textContent(),
    }
  }
  const here = await shown(page)
  expect(here.row).toContain('e2e')
  await page.keyboard.press('y')
  await expect(page.getByText('Copied the link')).toBeVisible()
  const link = await page.evaluate(() => navigator.clipboard.readText())

  const context = await browser.newContext()
  const other = await context.newPage()
  await signIn(other, app)
  await other.goto(link)
  await expect(other.getByText('Complete', { exact: true })).toBeVisible()
  expect(await shown(other)).toEqual(here)
  await context.close()
})

test('runs any command from the palette, and finds steps and events by name', async ({ signedIn: page, app }) => {
  await openDeploy(page, app)
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog', { name: 'Commands' })
  await page.keyboard.type('gates by')
  await expect(palette.getByRole('option').first()).toHaveText(/Gates by attempt/)
  await page.keyboard.press('Enter')
  await expect(palette).toHaveCount(0)
  await expect(page.getByRole('table', { name: 'Gates by attempt' })).toBeVisible()

  await page.keyboard.press('Control+k')
  await page.keyboard.type('roll out')
  await page.keyboard.press('Enter')
  await expect(inspector(page)).toContainText('step.started')
  await expect(inspector(page)).toContainText('Roll out')

  await page.keyboard.press(':')
  await page.keyboard.type('#3')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/sel=3(&|$)/)
})

test('copies what is shown as a command that answers it', async ({ signedIn: page, app }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: app.url })
  const id = await openDeploy(page, app, '?sel=5')
  const copied = () => page.evaluate(() => navigator.clipboard.readText())
  await expect(inspector(page)).toBeVisible()
  await page.keyboard.press('c')
  await expect(page.getByText('Copied the curl command')).toBeVisible()
  expect(await copied()).toContain(`'${app.url}/runner-jobs/${id}/events?after=4&limit=1'`)
  await page.keyboard.press('C')
  await expect(page.getByText('Copied the waybill command')).toBeVisible()
  expect(await copied()).toContain(`waybill tail ${id} --json --after 4`)
  await page.keyboard.press('y')
  await expect(page.getByText('Copied the link')).toBeVisible()
  expect(await copied()).toBe(`${app.url}/jobs/${id}/events/5`)

  // a range of time is in the address and so in the link, and opens again
  await page.keyboard.press('f')
  await expect(page).toHaveURL(/[?&]t=[\d.]+-[\d.]+/)
  await page.keyboard.press('y')
  const link = await copied()
  expect(link).toBe(page.url())
  const axis = () => page.getByRole('region', { name: 'Timeline' }).locator('> div').first().innerText()
  const labels = await axis()
  await page.keyboard.press('f')
  await expect(page).toHaveURL(`${app.url}/jobs/${id}?sel=5`)
  await page.goto(link)
  await expect.poll(axis).toBe(labels)
  expect(page.url()).toBe(link)
})

test('prints every key of the page in the sheet', async ({ signedIn: page, app }) => {
  await openDeploy(page, app)
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keyboard' })
  for (const label of ['All commands', 'Gates by attempt', 'AI: models, tools, artifacts', 'Copy this view as curl'])
    await expect(sheet.getByText(label)).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('g')
  await page.keyboard.press('j')
  await expect(page.getByRole('heading', { name: 'Jobs' })).toBeVisible()
})

test('says that a view cannot be loaded, and shows it once it can', async ({ signedIn: page, app }) => {
  const job = await app.createJob({ title: 'Nothing of an agent yet' })
  await app.emit(job.id, { type: 'job.started', payload: {} })
  await page.goto(`${app.url}/jobs/${job.id}`)
  await expect(page.getByRole('heading', { name: 'Waiting for the first step' })).toBeVisible()
  await app.emit(job.id, { type: 'step.started', payload: { stepId: 'build', name: 'Build' } })
  await expect(page.getByRole('treegrid')).toContainText('Build')
  const code = '**/_next/static/**'
  await page.route(code, (route) => route.abort())
  await page.keyboard.press('4')
  const notice = page.getByText('This view cannot be loaded at the moment')
  await expect(notice).toBeVisible()
  await page.unroute(code)
  await expect(page.getByRole('region', { name: 'AI' })).toBeVisible()
  await expect(notice).toBeHidden()
})
