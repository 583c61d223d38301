import type { Page } from 'playwright/test'
import { deployWithAgent } from '#components/timeline/fixtures/deployWithAgent.ts'
import type { Draft } from '#domain/events/envelope.ts'
import { type App, expect, test } from '#e2e/app.ts'

const story = deployWithAgent()
const failedAt = story.findIndex(({ type }) => type === 'gate.failed') + 1

async function tellDeploy(app: App): Promise<string> {
  const job = await app.createJob({ title: 'Deploy api' })
  await app.emit(job.id, ...story.slice(1).map(({ type, payload }) => ({ type, payload }) as Draft))
  return job.id
}

const linesOf = (events: typeof story) =>
  events.flatMap((event) => (event.type === 'step.output' ? event.payload.text.replace(/\n$/, '').split('\n') : []))

const slider = (page: Page) => page.getByRole('slider', { name: 'Moment of the job that is shown' })
const row = (page: Page, name: RegExp) => page.getByRole('row', { name })

test('shows the job as it was at the seq that the address names, and Esc returns to now', async ({
  signedIn: page,
  app,
}) => {
  const id = await tellDeploy(app)
  await page.goto(`${app.url}/jobs/${id}?at=${failedAt}`)
  await expect(page.getByText(`As it was at #${failedAt}`)).toBeVisible()
  await expect(page.getByRole('main').getByText(/^Running for/)).toBeVisible()
  await expect(row(page, /^e2e, gate, .*failed$/)).toBeVisible()
  await expect(row(page, /^End-to-end, step, .*running$/)).toBeVisible()
  await expect(row(page, /^Agent: mend/)).toHaveCount(0)
  const events = page.getByText('events', { exact: true }).locator('xpath=..')
  await expect(events).toContainText(String(failedAt))
  const lines = linesOf(story.slice(0, failedAt))
  await expect(page.getByText('lines', { exact: true }).locator('xpath=..')).toContainText(String(lines.length))

  // the output and the events end there too, nothing follows, and a search finds nothing later
  await page.getByRole('tab', { name: `Events ${failedAt}` }).click()
  await expect(page.getByRole('tabpanel', { name: 'Events' }).getByRole('button').last()).toContainText('gate.failed')
  await page.getByRole('tab', { name: `Output ${lines.length}` }).click()
  const output = page.getByRole('tabpanel', { name: 'Output' })
  await expect(output.locator('[data-line]').last()).toHaveAttribute('data-line', String(lines.length - 1))
  await expect(page.getByRole('button', { name: /Follow/ })).toHaveCount(0)
  const search = page.getByRole('combobox', { name: 'Search output' })
  await search.fill('pass')
  const found = (among: string[]) => among.filter((line) => line.toLowerCase().includes('pass')).length
  expect(found(lines)).toBeLessThan(found(linesOf(story)))
  await search.press('Enter')
  await expect(page.getByText(`1 of ${found(lines)}`, { exact: true })).toBeVisible()
  await page.getByRole('heading', { level: 1 }).click()

  await page.keyboard.press('Escape')
  // the search stays, the moment does not
  await expect(page).toHaveURL(/\?q=pass&line=\d+$/)
  await expect(page.getByRole('main').getByText(/^Succeeded in/)).toBeVisible()
  await expect(row(page, /^Attempt 2/)).toBeVisible()
  await expect(page.getByRole('tab', { name: `Events ${story.length}` })).toBeVisible()
})

test('goes back and forth by key and by dragging, and keeps the moment in the address', async ({
  signedIn: page,
  app,
}) => {
  const id = await tellDeploy(app)
  await page.goto(`${app.url}/jobs/${id}`)
  await expect(page.getByText('Complete', { exact: true })).toBeVisible()
  await page.keyboard.press('[')
  await expect(page).toHaveURL(new RegExp(`at=${story.length - 1}$`))
  await expect(page.getByRole('main').getByText(/^Running for/)).toBeVisible()
  await page.keyboard.press(']')
  await expect(page).toHaveURL(`${app.url}/jobs/${id}`)

  await slider(page).focus()
  await page.keyboard.press('Home')
  await expect(page).toHaveURL(/at=1$/)
  await expect(slider(page)).toHaveAttribute('aria-valuetext', /^event 1 of 192/)
  await page.keyboard.press('ArrowRight')
  await expect(page).toHaveURL(/at=2$/)
  await page.keyboard.press('End')
  await expect(slider(page)).toHaveAttribute('aria-valuetext', 'now')

  const box = await slider(page).boundingBox()
  if (!box) throw new Error('the scrubber is not drawn')
  await page.mouse.move(box.x + box.width * 0.9, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + 3, box.y + box.height / 2, { steps: 4 })
  await page.mouse.up()
  await expect(page.getByText(/^As it was at #/)).toBeVisible()
  const url = page.url()
  await page.reload()
  expect(page.url()).toBe(url)
  await expect(page.getByText(/^As it was at #/)).toBeVisible()
})

test('shows the views of AI and gates as they were', async ({ signedIn: page, app }) => {
  const id = await tellDeploy(app)
  await page.goto(`${app.url}/jobs/${id}?view=gates&at=${failedAt - 1}`)
  const gates = page.getByRole('table', { name: 'Gates by attempt' })
  await expect(gates.getByRole('row')).toHaveCount(2)
  await expect(gates).toContainText('waiting')
  await page.keyboard.press(']')
  await expect(gates).toContainText('failed')
})
