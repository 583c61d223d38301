import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Page } from 'playwright/test'
import { type App, expect, test } from '#e2e/app.ts'

const run = promisify(execFile)

const card = (page: Page, name: string) => page.getByRole('region', { name })

/** What the reader would copy, run as they would, but for the package that is not installed here. */
async function paste(page: Page, app: App, name: string, command: (code: string) => [string, string[]]): Promise<void> {
  const [file, args] = command((await card(page, name).locator('pre').textContent()) ?? '')
  await run(file, args, { env: { ...process.env, WAYBILL_KEY: app.key } })
}

test('every snippet turns green when its first event arrives, and leads to its job', async ({
  signedIn: page,
  app,
}) => {
  await page.goto(`${app.url}/connect`)
  await expect(page.getByText('Listening for the first event.')).toHaveCount(3)

  await paste(page, app, 'HTTP', (code) => ['bash', ['-c', code]])
  await expect(card(page, 'HTTP')).toContainText('Connected. 4 events arrived.')
  await expect(page.getByText('Listening for the first event.')).toHaveCount(2)

  await paste(page, app, 'Command line', (code) => [
    'bash',
    ['-c', code.replace('npx waybill', `${process.execPath} cli/main.ts`)],
  ])
  await expect(card(page, 'Command line')).toContainText('Connected.')

  await paste(page, app, 'TypeScript', (code) => [
    process.execPath,
    ['--input-type=module-typescript', '-e', code.replace("'waybill'", "'#sdk/public.ts'")],
  ])
  await expect(card(page, 'TypeScript')).toContainText('Connected.')

  await card(page, 'TypeScript').getByRole('link', { name: 'Open the job' }).click()
  await expect(page.getByRole('heading', { name: 'Hello from TypeScript' })).toBeVisible()
})

test('keeps its snippets over a reload, and is one click from the list', async ({ signedIn: page, app }) => {
  await page.goto(app.url)
  await page.getByRole('link', { name: 'Connect', exact: true }).click()
  const code = card(page, 'HTTP').locator('pre')
  const before = await code.textContent()
  expect(before).toContain(`curl -s ${app.url}/api/jobs`)
  await page.reload()
  await expect(code).toHaveText(before ?? '')
})
