import { expect, test } from '#e2e/app.ts'
import { failure, wholeStory } from '#testing/wholeStory.ts'

const stories = [
  { end: 'completed', types: ['job.created', ...wholeStory.map(({ type }) => type)], events: wholeStory },
  { end: 'failed', types: ['job.created', failure.type], events: [failure] },
]

for (const { end, types, events } of stories) {
  test(`shows every type of event of a job that ${end}, each at its own address`, async ({ signedIn: page, app }) => {
    const job = await app.createJob({ title: `All types, ${end}` })
    await app.emit(job.id, ...events)
    await page.goto(`${app.url}/jobs/${job.id}`)
    await page.getByRole('tab', { name: /^Events/ }).click()
    const list = page.locator('[data-pane=events]')
    for (const type of types) await expect(list.getByText(type, { exact: true }).first()).toBeVisible()
    for (const [index, type] of types.entries()) {
      await page.goto(`${app.url}/jobs/${job.id}?sel=${index + 1}`)
      await expect(page.getByRole('complementary', { name: 'Selected event' })).toContainText(type)
    }
  })
}
