import type { Page } from 'playwright/test'
import { type App, expect, test } from '#e2e/app.ts'

const output = (stepId: string, text: string, stream: 'stdout' | 'stderr' = 'stdout') =>
  ({ type: 'step.output', payload: { stepId, stream, text } }) as const

const log = (page: Page) => page.locator('[data-pane=output]')
const row = (page: Page, name: string | RegExp) => page.getByRole('row', { name })

async function openRunning(page: Page, app: App): Promise<string> {
  const job = await app.createJob({ title: 'A build' })
  await app.emit(
    job.id,
    { type: 'job.started', payload: {} },
    { type: 'step.started', payload: { stepId: 'build', name: 'Build' } },
    output('build', 'first line\n'),
  )
  await page.goto(`${app.url}/jobs/${job.id}`)
  await expect(log(page)).toContainText('first line')
  return job.id
}

test('waits with a command to paste, and turns into the timeline at the first event', async ({
  signedIn: page,
  app,
}) => {
  const job = await app.createJob({ title: 'Not begun' })
  await page.goto(`${app.url}/jobs/${job.id}`)
  await expect(page.getByText(`curl ${app.url}/runner-jobs/${job.id}/events`)).toBeVisible()
  await app.emit(job.id, { type: 'job.started', payload: {} }, output('hello', 'Hello\n'))
  await expect(log(page)).toContainText('Hello')
  await expect(row(page, /^hello, step/)).toBeVisible()
})

test('shows events as they happen and says so at the end', async ({ signedIn: page, app }) => {
  const id = await openRunning(page, app)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await app.emit(
    id,
    { type: 'gate.started', payload: { gateId: 'lint', name: 'Lint', stepId: 'build' } },
    { type: 'ai.tool_called', payload: { callId: 'c', tool: 'grep', durationMs: 5, stepId: 'build' } },
    { type: 'gate.failed', payload: { gateId: 'lint', reason: '3 errors' } },
    { type: 'step.completed', payload: { stepId: 'build', outcome: 'failure', exitCode: 2 } },
  )
  await expect(row(page, /^Lint, gate, .*failed$/)).toBeVisible()
  await expect(row(page, /^grep, tool call/)).toBeVisible()
  await expect(row(page, /^Build, step, .*failed$/)).toBeVisible()
  await app.emit(id, { type: 'job.failed', payload: { error: { code: 'LINT', message: '3 lint errors' } } })
  await expect(page.getByRole('main').getByText(/^Failed at gate “Lint” after/)).toBeVisible()
  await expect(page.getByRole('main').getByText('3 errors · 3 lint errors · in Build')).toBeVisible()
  await expect(page.getByText('Complete', { exact: true })).toBeVisible()
  await expect(page).toHaveTitle('✗ A build · Waybill')
})

test('draws ANSI colours, overwritten lines and links, and leaves out what only a terminal needs', async ({
  signedIn: page,
  app,
}) => {
  const id = await openRunning(page, app)
  await app.emit(
    id,
    output('build', '\x1b[31mred \x1b[1mbold\n'),
    output('build', 'plain on stderr\n', 'stderr'),
    output(
      'build',
      'still red\x1b[0m plain\n10%\r50%\r100%\n\x1b]8;;https://example.com/a\x1b\\a link\x1b]8;;\x1b\\\x1b[?25h\n',
    ),
    output('build', '\x1b[38;5;208mtable\x1b[0m \x1b[48;2;10;20;30mtrue\x1b[0m\n'),
  )
  const colorOf = (text: string) =>
    page.getByText(text, { exact: true }).evaluate((element) => getComputedStyle(element).color)
  await expect(log(page)).toContainText('table true')
  const red = await colorOf('red')
  expect(red).not.toBe(await colorOf('plain on stderr'))
  expect(await colorOf('still red')).toBe(red)
  expect(
    await page.getByText('bold', { exact: true }).evaluate((element) => getComputedStyle(element).fontWeight),
  ).toBe('700')
  await expect(log(page)).not.toContainText('50%')
  await expect(page.getByText('2 overwritten')).toBeVisible()
  await expect(page.getByRole('link', { name: 'a link' })).toHaveAttribute('href', 'https://example.com/a')
  await expect(log(page)).not.toContainText('[?25h')
})

test('follows the end, stays where the reader scrolled to, and follows again', async ({ signedIn: page, app }) => {
  const id = await openRunning(page, app)
  const lines = (from: number) => output('build', Array.from({ length: 200 }, (_, n) => `line ${from + n}\n`).join(''))
  const follow = page.getByRole('button', { name: 'Follow' })
  await app.emit(id, lines(0))
  await expect(page.getByText('line 199', { exact: true })).toBeVisible()
  await expect(follow).toHaveAttribute('aria-pressed', 'true')

  await log(page).hover()
  await page.mouse.wheel(0, -1500)
  await expect(follow).toHaveAttribute('aria-pressed', 'false')
  await app.emit(id, lines(200))
  await expect(page.getByRole('tab', { name: 'Output' })).toContainText('401')
  await expect(page.getByText('line 399', { exact: true })).toHaveCount(0)

  await page.keyboard.press('L')
  await expect(page.getByText('line 399', { exact: true })).toBeVisible()
  await app.emit(id, lines(400))
  await expect(page.getByText('line 599', { exact: true })).toBeVisible()
})

test('holds still while events wait outside, and takes them in on release', async ({ signedIn: page, app }) => {
  const id = await openRunning(page, app)
  await page.keyboard.press(' ')
  await expect(page.getByText('Held at 4')).toBeVisible()
  await app.emit(id, output('build', 'came while held\n'), { type: 'job.completed', payload: {} })
  await expect(page.getByText('Held at 4 +2')).toBeVisible()
  await expect(log(page)).not.toContainText('came while held')
  await expect(page.getByRole('main').getByText(/^Running for/)).toBeVisible()
  await page.keyboard.press(' ')
  await expect(log(page)).toContainText('came while held')
  await expect(page.getByRole('main').getByText(/^Succeeded in/)).toBeVisible()
})

test('gives every event an address that opens it', async ({ signedIn: page, app }) => {
  const id = await openRunning(page, app)
  await app.emit(
    id,
    ...Array.from(
      { length: 6 },
      (_, n) => ({ type: 'ai.tool_called', payload: { callId: `c${n}`, tool: 'read', stepId: 'build' } }) as const,
    ),
  )
  await page.goto(`${app.url}/jobs/${id}/events/8`)
  await expect(page).toHaveURL(`${app.url}/jobs/${id}?sel=8`)
  const inspector = page.getByRole('complementary', { name: 'Selected event' })
  await expect(inspector).toContainText('ai.tool_called')
  await expect(inspector).toContainText('c3')
  // its row lay inside a folded one
  await expect(page.getByRole('row', { selected: true })).toHaveAccessibleName(/^read, tool call/)

  await page.getByRole('link', { name: 'Line 1, event 4' }).click()
  await expect(page).toHaveURL(`${app.url}/jobs/${id}?sel=4`)
  await expect(inspector).toContainText('step.output')
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(`${app.url}/jobs/${id}`)
})

test('shows what was removed from the inputs, and never the secret', async ({ signedIn: page, app }) => {
  const job = await app.createJob({ inputs: { repo: 'acme/api', token: 'ghp_secret_value' } })
  await page.goto(`${app.url}/jobs/${job.id}?sel=1`)
  await app.emit(job.id, { type: 'job.started', payload: {} }, output('a', 'x\n'))
  const inspector = page.getByRole('complementary', { name: 'Selected event' })
  await expect(inspector).toContainText('/inputs/token')
  await expect(page.getByText('redacted', { exact: true })).toBeVisible()
  expect(await page.content()).not.toContain('ghp_secret_value')
})

test('jumps to failures, gates and search hits by keyboard', async ({ signedIn: page, app }) => {
  const id = await openRunning(page, app)
  await app.emit(
    id,
    output('build', Array.from({ length: 500 }, (_, n) => `row ${n}${n % 100 === 42 ? ' needle' : ''}\n`).join('')),
    { type: 'gate.failed', payload: { gateId: 'size', reason: 'too large' } },
    { type: 'step.completed', payload: { stepId: 'build', outcome: 'timeout' } },
  )
  await expect(row(page, /^size, gate/)).toBeVisible()
  for (const key of ['e', 'e']) await page.keyboard.press(key)
  await expect(page).toHaveURL(/sel=7$/)
  await page.keyboard.press('q')
  await expect(page).toHaveURL(/sel=6$/)
  await page.keyboard.press('p')
  await expect(page.getByText('This event names no cause')).toBeVisible()
  await page.keyboard.press('u')
  await expect(page).toHaveURL(/sel=1$/)
  await page.keyboard.press('T')
  const line = page.getByRole('tabpanel', { name: 'Output' }).locator('[data-line]').first()
  await expect(line).toContainText(/\d\d:\d\d:\d\d\.\d{3}/)
  await page.keyboard.press('/')
  // as fast as keys go: steps wait for what was typed, and for each other
  await page.keyboard.type('needle')
  for (const key of ['Enter', 'Enter']) await page.keyboard.press(key)
  await expect(page.getByText('2 of 5')).toBeVisible()
  await expect(page.getByText('row 142', { exact: false }).first()).toBeVisible()
  for (const _ of ['what is offered', 'the search', 'its box']) await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
})

test('reaches the last of a hundred thousand lines', async ({ signedIn: page, app }) => {
  const id = await openRunning(page, app)
  for (let batch = 0; batch < 20; batch++) {
    const text = (n: number) =>
      `${Array.from({ length: 500 }, (_, i) => `line ${(batch * 10 + n) * 500 + i}`).join('\n')}\n`
    await app.emit(id, ...Array.from({ length: 10 }, (_, n) => output('build', text(n))))
  }
  await app.emit(id, { type: 'job.completed', payload: {} })
  await expect(page.getByRole('tab', { name: 'Output' })).toContainText('100,001')
  await log(page).focus()
  await page.keyboard.press('Home')
  await expect(page.getByText('first line', { exact: true })).toBeVisible()
  await page.keyboard.press('End')
  await expect(page.getByText('line 99999', { exact: true })).toBeVisible()
  expect(await log(page).locator('a').count()).toBeLessThan(200)
})

test('answers for an unknown job as for one of somebody else', async ({ signedIn: page, app }) => {
  await page.goto(`${app.url}/jobs/0193f2a0-0000-7000-8000-000000000000`)
  await expect(page.getByRole('heading', { name: 'There is no such job' })).toBeVisible()
  await page.goto(`${app.url}/nowhere`)
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible()
})
