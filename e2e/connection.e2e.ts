import type { Page } from 'playwright/test'
import type { Draft } from '#domain/events/envelope.ts'
import { expect, signIn } from '#e2e/app.ts'
import { giveClock, turnClock } from '#e2e/clock.ts'
import { expectAsFresh, expectSettled, listFacts } from '#e2e/pageFacts.ts'
import { type Stage, test } from '#e2e/stage.ts'
import { openFaultProxy } from '#testing/faultProxy.ts'

const line = (text: string): Draft => ({
  type: 'step.output',
  payload: { stepId: 'build', stream: 'stdout', text: `${text}\n` },
})
const completed: Draft = { type: 'job.completed', payload: {} }

const chip = (page: Page) => page.locator('[data-connection]')
const verdict = (page: Page) => page.getByRole('main').getByText(/^(Running for|Succeeded in)/)
const lastHeard = (page: Page) => page.getByRole('main').getByText(/^last heard/)

/** A page that follows a job of three events. */
async function openRunning(page: Page, stage: Pick<Stage, 'app' | 'url' | 'emit'>, title: string): Promise<string> {
  const { id } = await stage.app.createJob({ title })
  await stage.emit(id, { type: 'job.started', payload: {} }, line('first'))
  await page.goto(`${stage.url}/jobs/${id}`)
  await expect(chip(page)).toHaveText('Live')
  return id
}

test('counts down to the next try, says how much it missed, and ends', async ({ page, fresh, stage }) => {
  const id = await openRunning(page, stage, 'Every state')
  await expect(lastHeard(page)).toHaveText(/^last heard (just now|\d+s ago)$/)
  await expect(page).toHaveTitle('◐ Every state · Waybill')

  await stage.app.server.kill9()
  await expect(chip(page)).toHaveText(/^Paused at 3 · reconnecting in \d+ s/)
  await expect(page).toHaveTitle('⏸ Every state · Waybill')
  await expect(lastHeard(page)).toHaveText(/^last heard at \d\d:\d\d:\d\d$/)
  const frozen = await verdict(page).textContent()
  const seconds = async () => Number(/in (\d+) s/.exec((await chip(page).textContent()) ?? '')?.[1] ?? Number.NaN)
  let before = 0
  await expect(async () => {
    const [earlier, now] = [before, await seconds()]
    before = now
    expect(now).toBeLessThan(earlier)
  }).toPass()
  expect(await verdict(page).textContent(), 'no clock ticks while nothing is known').toBe(frozen)

  await stage.emit(id, ...Array.from({ length: 900 }, (_, n) => line(`missed ${n}`)))
  await stage.app.start()
  await expectSettled(page)
  await expect(page.getByText('Caught up 900 events')).toBeVisible()
  await stage.emit(id, completed)
  await expect(chip(page)).toHaveText('Complete')
  await expect(lastHeard(page)).toHaveCount(0)
  await expectAsFresh(page, fresh, `${stage.whole.url}/jobs/${id}`)
})

test('says how far it is behind while what it missed is on its way', async ({ page, fresh, stage }) => {
  await using network = await openFaultProxy(Number(new URL(stage.app.url).port))
  const id = await openRunning(page, { ...stage, url: `http://127.0.0.1:${network.port}` }, 'Behind')
  // The answer begins, and its events are kept back.
  const pass = network.intercept('toClient', 'id: 4\n', ({ chunk, offset, mute }) => {
    mute()
    return chunk.subarray(0, offset)
  })
  network.cut()
  await expect(chip(page)).toHaveText(/^Paused at 3/)
  const started = (name: string) => ({ type: 'step.started', payload: { stepId: name, name } }) as const
  await stage.emit(id, started('missed'), started('missed too'))
  await page.getByRole('button', { name: 'Retry now' }).click()
  await expect(chip(page)).toHaveText('Behind 2')
  await expect(lastHeard(page), 'a page that is behind does not know how long ago it is').toHaveText(/^last heard at/)
  pass()
  network.cut()
  await expect(page.getByText('Caught up 2 events')).toBeVisible()
  await expectAsFresh(page, fresh, `${stage.whole.url}/jobs/${id}`)
})

test('stays held while the server dies and comes back, and shows all of it on release', async ({
  page,
  fresh,
  stage,
}) => {
  const id = await openRunning(page, stage, 'Held')
  await page.keyboard.press(' ')
  await expect(chip(page)).toHaveText(['Held at 3', 'Live'])
  await stage.emit(id, line('while held'))
  await expect(chip(page)).toHaveText(['Held at 3 +1', 'Live'])
  const frozen = await verdict(page).textContent()

  await stage.app.server.kill9()
  await expect(chip(page)).toHaveText(['Held at 3 +1', /^Paused at 4 · reconnecting/])
  await stage.emit(id, line('while dead'), completed)
  await stage.app.start()
  await expectSettled(page)
  await expect(chip(page)).toHaveText(['Held at 3 +3', 'Complete'])
  expect(await verdict(page).textContent()).toBe(frozen)

  await page.keyboard.press(' ')
  await expect(verdict(page)).toHaveText(/^Succeeded in/)
  await expectAsFresh(page, fresh, `${stage.whole.url}/jobs/${id}`)
})

test('says that it is refused, and leads to the login, when its session is over', async ({ page, stage }) => {
  await openRunning(page, stage, 'Refused')
  await page.context().clearCookies()
  stage.network.cut()
  await expect(page.getByRole('heading', { name: 'Sign in to Waybill' })).toBeVisible()
})

test('says that it is silent on a half-open line, stops its clocks, and takes up what came meanwhile', async ({
  page,
  fresh,
  stage,
}) => {
  test.slow()
  const id = await openRunning(page, stage, 'Half open')
  const list = await page.context().newPage()
  await list.goto(`${stage.url}/?q=${id}`)
  await expect(chip(list)).toHaveText('Live')

  // As long as it really takes, for once.
  stage.network.freeze()
  await stage.emit(id, line('lost on the way'))
  await expect(chip(list)).toHaveText(/^Paused at \d\d:\d\d:\d\d · silent for \d+ s/)
  await expect(chip(page)).toHaveText(/^Paused at 3 · silent for 2\d s/, { timeout: 30_000 })
  await expect(lastHeard(page)).toHaveText(/^last heard at/)
  const frozen = await verdict(page).textContent()
  await expect(chip(page)).toHaveText(/^Paused at 3 · reconnecting/, { timeout: 30_000 })
  expect(await verdict(page).textContent()).toBe(frozen)
  await expect(chip(list)).toHaveText(/^Paused at \d\d:\d\d:\d\d · reconnecting/)

  await stage.emit(id, completed)
  stage.network.thaw()
  await expectSettled(page)
  await expectAsFresh(page, fresh, `${stage.whole.url}/jobs/${id}`)
  await expectSettled(list)
  await expect(list.getByRole('row', { name: 'Half open' })).toContainText('Success')
})

for (const hours of [-3, 3]) {
  test(`says by the server's clock when a job was last heard from, to a browser that is ${hours} h off`, async ({
    browser,
    page,
    stage,
  }) => {
    const id = await openRunning(page, stage, `Skewed ${hours}`)
    await using context = await browser.newContext()
    const skewed = await context.newPage()
    await giveClock(skewed, hours * 3_600_000)
    await signIn(skewed, { url: stage.url, key: stage.app.key })
    await skewed.goto(`${stage.url}/jobs/${id}`)
    await expect(lastHeard(skewed)).toHaveText(/^last heard (just now|\d+s ago)$/)
    await expect(verdict(skewed)).toHaveText(/^Running for (\d+ ms|[\d.]+s) /)
    // Set while the page is open, too.
    await turnClock(skewed, 3_600_000)
    await stage.emit(id, line('on'))
    await expect(lastHeard(skewed)).toHaveText(/^last heard (just now|\d+s ago)$/)

    await skewed.goto(`${stage.url}/?q=${id}`)
    const row = skewed.getByRole('row', { name: `Skewed ${hours}` })
    await expect(row).toContainText(/Running.*(now|\d+s ago)/)
    await expect(row).not.toContainText(/\d+h/)
  })
}

test('keeps the list of jobs current through faults of server, Valkey and network', async ({ page, fresh, stage }) => {
  const mark = crypto.randomUUID().slice(0, 8)
  const [one, two] = [
    await stage.app.createJob({ title: `One ${mark}` }),
    await stage.app.createJob({ title: `Two ${mark}` }),
  ]
  await stage.emit(one.id, { type: 'job.started', payload: {} })
  await page.goto(`${stage.url}/?q=${mark}`)
  await expect(chip(page)).toHaveText('Live')
  await expect(page.getByRole('row', { name: `One ${mark}` })).toContainText('Running')

  const asFresh = async () => {
    await fresh.goto(`${stage.whole.url}/?q=${mark}`)
    await expectSettled(fresh)
    await expectSettled(page)
    await expect(async () => expect(await listFacts(page)).toEqual(await listFacts(fresh))).toPass()
  }
  await stage.app.server.kill9()
  await expect(chip(page)).toHaveText(/^Paused at \d\d:\d\d:\d\d · reconnecting in \d s/)
  await expect(page.getByRole('link', { name: `One ${mark}` })).toBeVisible()
  await stage.emit(one.id, completed)
  await stage.app.start()
  await asFresh()

  await stage.valkey.kill9()
  await stage.emit(two.id, { type: 'job.started', payload: {} })
  await asFresh()
  await stage.valkey.restart()

  await page.context().setOffline(true)
  await expect(chip(page)).toHaveText(/^Paused at .* · reconnecting/)
  await stage.emit(two.id, line('unheard'), completed)
  await page.context().setOffline(false)
  await asFresh()
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 700 } })

  test('has room for what it says while it is held and its line is down', async ({ page, stage }) => {
    await openRunning(page, stage, 'Narrow')
    await page.getByRole('button', { name: 'Hold' }).click()
    await stage.app.server.kill9()
    await expect(chip(page)).toHaveText(['Held at 3', /^Paused at 3 · reconnecting/])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    // Clicks land only on what nothing else covers.
    await page.getByRole('button', { name: 'Release' }).click()
    await stage.app.start()
    await page.getByRole('button', { name: 'Retry now' }).click()
    await expect(chip(page)).toHaveText('Live')
  })
})
