import { expect, test } from '#e2e/app.ts'

test('comes back by itself after the server was killed, with every line once', async ({ signedIn: page, app }) => {
  const job = await app.createJob({ title: 'Survivor' })
  const line = (n: number) =>
    ({ type: 'step.output', payload: { stepId: 's', stream: 'stdout', text: `line ${n}\n` } }) as const
  await app.emit(job.id, { type: 'job.started', payload: {} }, ...[0, 1, 2].map(line))
  await page.goto(`${app.url}/jobs/${job.id}`)
  await expect(page.getByText('line 2', { exact: true })).toBeVisible()

  await app.server.kill9()
  await expect(page.getByText(/^Paused at 5/)).toBeVisible()
  await app.restart()
  await app.emit(job.id, ...[3, 4, 5].map(line), { type: 'job.completed', payload: {} })
  await expect(page.getByText('Complete', { exact: true })).toBeVisible({ timeout: 30_000 })
  const lines = page.locator('[data-pane=output]').getByText(/^line \d$/)
  await expect(lines).toHaveText([0, 1, 2, 3, 4, 5].map((n) => `line ${n}`))
})
