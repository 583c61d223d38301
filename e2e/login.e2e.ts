import { expect, test } from '#e2e/app.ts'

test('signs in once with the link that the start printed, and leaves no token in the address', async ({
  page,
  app,
}) => {
  const link = /http\S+\/login#\S+/.exec(app.server.stdout())?.[0] ?? ''
  await page.goto(link)
  await expect(page.getByRole('heading', { name: 'Jobs' })).toBeVisible()
  expect(page.url()).toBe(`${app.url}/`)

  await page.context().clearCookies()
  await page.goto('about:blank')
  await page.goto(link)
  await expect(page.getByRole('alert').filter({ hasText: /\S/ })).toBeVisible()
  expect(page.url()).toBe(`${app.url}/login`)
})

test('leads to the login and, with a key, back to where the reader wanted to go', async ({ page, app }) => {
  const job = await app.createJob({ title: 'Behind the login' })
  await page.goto(`${app.url}/jobs/${job.id}?sel=1`)
  await expect(page.getByRole('heading', { name: 'Sign in to Waybill' })).toBeVisible()
  await page.getByLabel('API key').fill(app.key)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Behind the login' })).toBeVisible()
  expect(page.url()).toBe(`${app.url}/jobs/${job.id}?sel=1`)
})

test('says why a key is refused and lets the reader try again', async ({ page, app }) => {
  await page.goto(`${app.url}/login?next=//evil.example`)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('Enter a key')).toBeVisible()
  await page.getByLabel('API key').fill('wb_nobody_knows')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.locator('#problem')).toContainText(/\w{4}/)
  await page.getByLabel('API key').fill(app.key)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Jobs' })).toBeVisible()
  expect(page.url()).toBe(`${app.url}/`)
})

test('signs out, and the pages of a job that are open elsewhere know at once', async ({ signedIn: page, app }) => {
  const job = await app.createJob({ title: 'Open elsewhere' })
  const elsewhere = await page.context().newPage()
  await elsewhere.goto(`${app.url}/jobs/${job.id}`)
  await expect(elsewhere.getByText('Live', { exact: true })).toBeVisible()
  await page.goto(app.url)
  await page.getByLabel(/^Signed in as/).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in to Waybill' })).toBeVisible()
  await expect(elsewhere.getByRole('heading', { name: 'Sign in to Waybill' })).toBeVisible()
  await page.goto(app.url)
  await expect(page.getByRole('heading', { name: 'Sign in to Waybill' })).toBeVisible()
})
