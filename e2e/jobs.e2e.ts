import { expect, openApp, signIn, test } from '#e2e/app.ts'
import { expectFits, expectNoViolations } from '#e2e/axe.ts'

test('shows commands with its own address while nothing is recorded, and the first job at once', async ({ page }) => {
  await using app = await openApp()
  await signIn(page, app)
  await page.goto(app.url)
  await expect(page.getByRole('heading', { name: 'Nothing is recorded yet' })).toBeVisible()
  await expect(page.getByText(`curl ${app.url}/api/jobs`)).toBeVisible()
  await expectNoViolations(page)
  await page.setViewportSize({ width: 390, height: 850 })
  await expectNoViolations(page)
  await expectFits(page)
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
  await page.keyboard.press('K')
  await expect(page.getByRole('heading', { name: `Second ${mark}` })).toBeVisible()
  await page.keyboard.press('K')
  await expect(page.getByText('No job before this one in the list you came from')).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('link', { name: mark })).toHaveCount(2)
})

test('counts jobs by state, action and user, and filters by any of them', async ({ page }) => {
  await using app = await openApp()
  await signIn(page, app)
  const failed = await app.createJob({ title: 'Broken deploy', action: 'deploy' })
  await app.emit(failed.id, { type: 'job.failed', payload: { error: { code: 'X', message: 'gone' } } })
  await app.createJob({ title: 'Waiting deploy', action: 'deploy' })
  await app.createJob({ title: 'Waiting build', action: 'build' })
  await page.goto(app.url)
  const filters = page.getByRole('complementary', { name: 'Filters' })
  await expect(filters.getByRole('button', { name: 'Pending 2 jobs' })).toBeVisible()
  await filters.getByRole('button', { name: 'deploy 2 jobs' }).click()
  await expect(page.getByRole('link', { name: 'Waiting build' })).toHaveCount(0)
  await expect(page).toHaveURL(`${app.url}/?action=deploy`)
  await expect(filters.getByRole('button', { name: 'Pending 1 job', exact: true })).toBeVisible()
  await expect(filters.getByRole('button', { name: 'build 1 job' })).toBeVisible()
  await filters.getByRole('button', { name: 'Failed 1 job' }).click()
  await expect(page.getByRole('link', { name: 'deploy' })).toHaveText(['Broken deploy'])
  await filters.getByRole('button', { name: 'deploy 1 job' }).click()
  await expect(page).toHaveURL(`${app.url}/?state=failed`)
})

test('draws what happened when in each row, and more as it happens', async ({ signedIn: page, app }) => {
  const mark = crypto.randomUUID().slice(0, 8)
  const job = await app.createJob({ title: `Strip ${mark}` })
  await page.goto(`${app.url}/?q=${mark}`)
  const strip = page.getByRole('row', { name: `Strip ${mark}` }).locator('td:nth-child(4) path')
  await expect(page.getByRole('link', { name: mark })).toBeVisible()
  await expect(strip).toHaveCount(0)
  await app.emit(
    job.id,
    { type: 'job.started', payload: {} },
    { type: 'step.output', payload: { stepId: 'a', stream: 'stdout', text: 'x\n' } },
    { type: 'gate.passed', payload: { gateId: 'g' } },
  )
  await expect(page.getByRole('row', { name: `Strip ${mark}` })).toContainText('Running')
  await expect(strip).not.toHaveCount(0)
})
