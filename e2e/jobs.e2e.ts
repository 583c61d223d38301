import { expect, openApp, signIn, test } from '#e2e/app.ts'

test('shows commands with its own address while nothing is recorded, and the first job at once', async ({ page }) => {
  await using app = await openApp()
  await signIn(page, app)
  await page.goto(app.url)
  await expect(page.getByRole('heading', { name: 'Nothing is recorded yet' })).toBeVisible()
  await expect(page.getByText(`curl ${app.url}/api/jobs`)).toBeVisible()
  await app.createJob({ title: 'The very first' })
  await expect(page.getByRole('link', { name: 'The very first' })).toBeVisible()
})

test('changes rows in place and lets new jobs wait until they are asked for', async ({ signedIn: page, app }) => {
  const mark = crypto.randomUUID().slice(0, 8)
  const job = await app.createJob({ title: `Old ${mark}` })
  await page.goto(`${app.url}/?q=${mark}`)
  const old = page.getByRole('row', { name: `Old ${mark}` })
  await expect(old).toContainText('Pending')
  const place = await old.boundingBox()

  await app.emit(job.id, { type: 'job.started', payload: {} })
  await app.createJob({ title: `New ${mark}` })
  await expect(old).toContainText('Running')
  await expect(page.getByRole('button', { name: '↑ 1 new' })).toBeVisible()
  expect(await old.boundingBox()).toEqual(place)
  await expect(page.getByRole('link', { name: `New ${mark}` })).toHaveCount(0)

  await page.getByRole('button', { name: '↑ 1 new' }).click()
  await expect(page.getByRole('link', { name: mark })).toHaveText([`New ${mark}`, `Old ${mark}`])
})

test('keeps the filter in the address', async ({ signedIn: page, app }) => {
  const mark = crypto.randomUUID().slice(0, 8)
  const failed = await app.createJob({ title: `Broken ${mark}` })
  await app.emit(failed.id, { type: 'job.failed', payload: { error: { code: 'X', message: 'gone' } } })
  await app.createJob({ title: `Waiting ${mark}` })
  await page.goto(app.url)
  await expect(page.getByRole('link', { name: `Waiting ${mark}` })).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type(mark)
  await page.getByRole('button', { name: 'Failed' }).click()
  await expect(page.getByRole('link', { name: mark })).toHaveText([`Broken ${mark}`])
  await expect(page).toHaveURL(`${app.url}/?state=failed&q=${mark}`)

  await page.reload()
  await expect(page.getByRole('link', { name: mark })).toHaveText([`Broken ${mark}`])
  await page.getByRole('button', { name: 'Cancelled' }).click()
  await expect(page.getByRole('heading', { name: 'No job matches' })).toBeVisible()
})

test('shows older jobs when asked, each once', async ({ signedIn: page, app }) => {
  const mark = crypto.randomUUID().slice(0, 8)
  for (let n = 0; n < 60; n++) await app.createJob({ title: `Job ${n} ${mark}` })
  await page.goto(`${app.url}/?q=${mark}`)
  await expect(page.getByRole('link', { name: mark })).toHaveCount(50)
  await page.getByRole('button', { name: 'Show older jobs' }).click()
  await expect(page.getByRole('link', { name: mark })).toHaveCount(60)
  const titles = await page.getByRole('link', { name: mark }).allTextContents()
  expect(titles).toEqual(Array.from({ length: 60 }, (_, n) => `Job ${59 - n} ${mark}`))
})

test('is walked by keyboard', async ({ signedIn: page, app }) => {
  const mark = crypto.randomUUID().slice(0, 8)
  for (const name of ['First', 'Second']) await app.createJob({ title: `${name} ${mark}` })
  await page.goto(`${app.url}/?q=${mark}`)
  await expect(page.getByRole('link', { name: mark })).toHaveCount(2)
  for (const key of ['j', 'j', 'k', 'j', 'Enter']) await page.keyboard.press(key)
  await expect(page.getByRole('heading', { name: `First ${mark}` })).toBeVisible()
})
