import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright/test'
import { type App, expect, test } from '#e2e/app.ts'

const log = (page: Page) => page.locator('[data-pane=output]')

async function openLines(page: Page, app: App, count: number): Promise<string> {
  const job = await app.createJob({ title: 'Output' })
  await app.emit(job.id, { type: 'job.started', payload: {} })
  for (let first = 1; first <= count; first += 1000) {
    const text = Array.from({ length: Math.min(1000, count - first + 1) }, (_, n) => `line ${first + n}\n`).join('')
    await app.emit(job.id, { type: 'step.output', payload: { stepId: 's', stream: 'stdout', text } })
  }
  await page.goto(`${app.url}/jobs/${job.id}`)
  await expect(page.getByText(`line ${count}`, { exact: true })).toBeVisible()
  return job.id
}

test('keeps a selection while its lines scroll away, and copies all of it', async ({
  signedIn: page,
  app,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await openLines(page, app, 5000)
  await log(page).focus()
  await page.keyboard.press('Home')
  await page.getByText('line 3', { exact: true }).click({ clickCount: 2 })
  await log(page).hover()
  await page.mouse.wheel(0, 40_000)
  await expect(page.getByText('line 2005', { exact: true })).toBeVisible()
  expect(await page.evaluate(() => document.getSelection()?.toString())).toBe('line')
  await page.getByText('line 2005', { exact: true }).click({ modifiers: ['Shift'], position: { x: 70, y: 10 } })
  await page.keyboard.press('ControlOrMeta+c')
  await expect(page.getByText('Copied 2,003 lines')).toBeVisible()
  const copied = (await page.evaluate(() => navigator.clipboard.readText())).split('\n')
  expect(copied).toEqual(Array.from({ length: 2003 }, (_, n) => `line ${n + 3}`))
})

test('shows what came while it was held, once as new, and says how much comes below', async ({
  signedIn: page,
  app,
}) => {
  const id = await openLines(page, app, 50)
  const emit = (text: string) =>
    app.emit(id, { type: 'step.output', payload: { stepId: 's', stream: 'stdout', text: `${text}\n` } })
  await page.keyboard.press(' ')
  await emit('came while held')
  await expect(page.getByText(/^Held at 3 \+1$/)).toBeVisible()
  await page.keyboard.press(' ')
  const row = log(page).locator('[data-line="50"]')
  await expect(row).toContainText('came while held')
  const colorOf = (line: number) =>
    log(page)
      .locator(`[data-line="${line}"]`)
      .evaluate((element) => getComputedStyle(element).backgroundColor)
  expect(await colorOf(50)).not.toBe(await colorOf(49))

  await log(page).focus()
  await page.keyboard.press('Home')
  const follow = page.getByRole('button', { name: 'Follow' })
  await expect(follow).toHaveAttribute('aria-pressed', 'false')
  await emit('one\ntwo')
  await expect(follow).toHaveText('↓ 2 new · Follow')
  await follow.click()
  await expect(page.getByText('two', { exact: true })).toBeVisible()
  await expect(follow).toHaveText('↓ Follow')
})

test('goes to lines, times and steps by what is typed, and says why it cannot', async ({ signedIn: page, app }) => {
  await openLines(page, app, 3000)
  const goTo = async (words: string) => {
    await page.keyboard.press(':')
    await page.keyboard.type(words)
    await page.keyboard.press('Enter')
  }
  await goTo('1234')
  await expect(page.getByText('line 1234', { exact: true })).toBeVisible()
  await page.keyboard.press('Alt+w')
  for (const line of [1234, 2999, 2, 1500]) {
    await goTo(String(line))
    await expect(page.getByText(`line ${line}`, { exact: true })).toBeInViewport()
  }
  await page.keyboard.press('Alt+w')
  await expect(page.getByText('line 1500', { exact: true })).toBeInViewport()
  await goTo('9999')
  await expect(page.getByText('The output has 3,000 lines.')).toBeVisible()
  await goTo('#99')
  await expect(page.getByText('The newest event is #5.')).toBeVisible()
  await goTo('+0s')
  await expect(page).toHaveURL(/sel=1$/)
  await goTo('s')
  await expect(page).toHaveURL(/sel=3$/)

  await page.keyboard.press('/')
  await page.keyboard.type('kin')
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('option', { selected: true })).toHaveText(/^kind:/)
  await page.keyboard.press('Enter')
  await page.getByRole('option', { name: 'stdout' }).click()
  await page.keyboard.type('"line 2345"')
  await page.keyboard.press('Enter')
  await expect(page.getByText('1 of 1')).toBeVisible()
  await expect(page).toHaveURL(/line=2345/)
  await page.goto(page.url())
  await expect(page.getByRole('combobox', { name: 'Search output' })).toHaveValue('kind:stdout "line 2345"')
  await expect(page.getByText('line 2345', { exact: true })).toBeInViewport()
})

test('folds groups, copies what is hidden, and opens a group for a line that is gone to', async ({
  signedIn: page,
  app,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const job = await app.createJob({ title: 'Groups' })
  const texts = ['before', '::group::Install', ...Array.from({ length: 1500 }, (_, n) => `package ${n}`)]
  const text = [...texts, '::endgroup::', 'after', '10%\r99%\r\x1b[Kdone'].join('\n')
  await app.emit(job.id, { type: 'step.output', payload: { stepId: 's', stream: 'stdout', text } })
  await page.goto(`${app.url}/jobs/${job.id}?view=output`)
  await expect(log(page).getByText('done')).toBeVisible()
  await log(page).getByRole('button', { name: '2 overwritten' }).click()
  await expect(page.getByRole('dialog').getByRole('listitem')).toHaveText(['10%', '99%'])
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(/view=output/)

  await log(page).focus()
  await page.keyboard.press('Home')
  const header = log(page).getByRole('button', { name: 'Install' })
  await header.click()
  await expect(header).toHaveAttribute('aria-expanded', 'false')
  await expect(header).toContainText('1,501 lines')
  await expect(log(page).locator('[data-line]')).toHaveCount(4)
  await expect(log(page).locator('[data-line]').nth(2)).toContainText('1504')
  await page.getByText('before', { exact: true }).click({ clickCount: 2 })
  await page.getByText('after', { exact: true }).click({ modifiers: ['Shift'], position: { x: 40, y: 10 } })
  await page.keyboard.press('ControlOrMeta+c')
  await expect(page.getByText('Copied 1,504 lines')).toBeVisible()
  const copied = (await page.evaluate(() => navigator.clipboard.readText())).split('\n')
  expect(copied.slice(-3)).toEqual(['package 1499', '::endgroup::', 'after'])

  await page.keyboard.press(':')
  await page.keyboard.type('1000')
  await page.keyboard.press('Enter')
  await expect(log(page).getByText('package 997', { exact: true })).toBeInViewport()

  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('x')])
  expect(download.suggestedFilename()).toBe(`waybill-${job.id}-output.txt`)
  const saved = (await readFile(await download.path(), 'utf8')).split('\n')
  expect(saved.slice(-4)).toEqual(['::endgroup::', 'after', 'done', ''])
})

test('narrows the output to the time of a step', async ({ signedIn: page, app }) => {
  const job = await app.createJob({ title: 'Steps' })
  const line = (stepId: string, text: string) =>
    ({ type: 'step.output', payload: { stepId, stream: 'stdout', text: `${text}\n` } }) as const
  await app.emit(
    job.id,
    { type: 'job.started', payload: {} },
    { type: 'step.started', payload: { stepId: 'a', name: 'First' } },
    line('a', 'of the first'),
    { type: 'step.completed', payload: { stepId: 'a', outcome: 'success' } },
    { type: 'step.started', payload: { stepId: 'b', name: 'Second' } },
    line('b', 'of the second'),
    line('c', 'of another meanwhile'),
    line('b', 'the second again'),
    { type: 'step.completed', payload: { stepId: 'b', outcome: 'success' } },
    line('c', 'after the second'),
  )
  await page.goto(`${app.url}/jobs/${job.id}?sel=6`)
  await page.getByRole('button', { name: 'only during Second' }).click()
  await expect(log(page).locator('[data-line]')).toContainText([
    'of the second',
    'of another meanwhile',
    'the second again',
  ])
  await page.reload()
  await expect(page.getByRole('tab', { name: 'Output' })).toContainText('3')
  await page.getByRole('button', { name: 'during Second' }).click()
  await expect(log(page).locator('[data-line]')).toHaveCount(5)
})
