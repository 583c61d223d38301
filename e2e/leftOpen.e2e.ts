import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright/test'
import type { Draft } from '#domain/events/envelope.ts'
import { type App, expect } from '#e2e/app.ts'
import { kindsOf } from '#e2e/faults.ts'
import { expectAsFresh, expectSamePicture, expectSettled } from '#e2e/pageFacts.ts'
import { type Stage, test } from '#e2e/stage.ts'
import { waitFor } from '#testing/waitFor.ts'

/** Short enough for every run; 60 for a reader who left the page for a minute. */
const burstSeconds = Number(process.env.WAYBILL_BURST_SECONDS ?? 6)
/** what is asked for; the machine may be slower */
const eventsPerSecond = 5_000
const batch = 500

const chip = (page: Page) => page.locator('[data-connection]')

/** Five seconds of a job: a step that nobody starts, its output with progress in between, a gate. */
function chapterOf(number: number): (at: number) => Draft {
  const stepId = `part ${number}`
  return (at) => {
    if (at % 1_000 === 999) return { type: 'step.progress', payload: { stepId, completed: at } }
    if (at === 12_500) return { type: 'gate.passed', payload: { gateId: `gate ${number}`, reason: 'half of it' } }
    const text = `${number}.${at} ${at % 7 === 0 ? 'two\nlines' : 'one line'}\n`
    return { type: 'step.output', payload: { stepId, stream: at % 50 === 0 ? 'stderr' : 'stdout', text } }
  }
}

/** Records at the pace that was asked for, or as fast as it goes. @returns how many events, in how many milliseconds */
async function burst({ emit }: Stage, jobId: string): Promise<{ events: number; ms: number }> {
  const startedAt = performance.now()
  const perChapter = 5 * eventsPerSecond
  let events = 0
  while (performance.now() - startedAt < burstSeconds * 1_000) {
    const chapter = Math.floor(events / perChapter)
    const draft = chapterOf(chapter)
    const drafts = Array.from({ length: batch }, (_, n) => draft((events % perChapter) + n))
    events += batch
    const isLast = events % perChapter === 0
    if (isLast) drafts.push({ type: 'step.completed', payload: { stepId: `part ${chapter}`, outcome: 'success' } })
    await emit(jobId, ...drafts)
    await sleep(Math.max(0, (events / eventsPerSecond) * 1_000 - (performance.now() - startedAt)))
  }
  return { events, ms: performance.now() - startedAt }
}

/** How many streams a server has open. */
async function followersOf({ url, key }: Pick<App, 'url' | 'key'>): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } })
  return Number(/^waybill_followers (\d+)$/m.exec(await response.text())?.[1])
}

test('two tabs left open over a burst, a restart and an emptied Valkey read one stream and show what a fresh page shows', async ({
  page,
  fresh,
  stage,
}) => {
  test.setTimeout(90_000 + burstSeconds * 3_000)
  const { id } = await stage.app.createJob({ title: 'Left open' })
  await stage.emit(id, { type: 'job.started', payload: {} })
  const address = `${stage.whole.url}/jobs/${id}`
  const second = await page.context().newPage()
  for (const tab of [page, second]) {
    await tab.goto(`${stage.url}/jobs/${id}`)
    await expect(chip(tab)).toHaveText('Live')
  }
  expect(await followersOf(stage.app), 'streams of the two').toBe(1)

  const bursting = burst(stage, id)
  const third = (burstSeconds * 1_000) / 3
  await sleep(third)
  await stage.app.restart('kill9')
  await sleep(third / 2)
  const flush = kindsOf.valkey.find(({ name }) => name === 'Valkey is emptied')
  await flush?.strike(stage, page)
  const { events, ms } = await bursting
  process.stdout.write(`${events} events in ${Math.round(ms)} ms, ${Math.round((events / ms) * 1_000)} a second\n`)

  await expectSettled(second)
  await waitFor(async () => (await followersOf(stage.app)) === 1)
  await expectAsFresh(page, fresh, address)
  await expectAsFresh(second, fresh, address)

  await page.close()
  await stage.emit(
    id,
    { type: 'step.started', payload: { stepId: 'last', name: 'The last part' } },
    { type: 'step.output', payload: { stepId: 'last', stream: 'stdout', text: 'after the first tab was closed\n' } },
  )
  await expect(second.getByText('after the first tab was closed')).toBeVisible()
  await expect(chip(second)).toHaveText('Live')
  await stage.emit(id, { type: 'job.completed', payload: {} })
  await expect(chip(second)).toHaveText('Complete')
  await expectAsFresh(second, fresh, address)
  await expectSamePicture(second, fresh)
})
