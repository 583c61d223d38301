import { openEmitter } from '#bench/emitter.ts'
import type { Measure } from '#bench/measure.ts'
import { openWindow } from '#bench/ui/browser.ts'
import { line } from '#bench/ui/buildJob.ts'
import { openJob } from '#bench/ui/measureOpening.ts'
import type { PageBench } from '#bench/ui/pageBench.ts'

const settleMs = 2_000

/** How many streams the server has open for two tabs of one browser that show the same job. */
export async function measureTabs({ browser, stage }: PageBench): Promise<Measure[]> {
  const emitter = openEmitter(stage)
  const jobId = await emitter.createJob(`bench-tabs-${Date.now()}`)
  const emit = (events: unknown[]) => emitter.emit(JSON.stringify({ jobId, events }))
  await emit([{ type: 'job.started', payload: {} }, line('build', 0)])
  await using context = await openWindow(browser, stage, 1)
  const before = await followers(stage)
  const first = await openJob(context, jobId)
  await first.waitForTimeout(settleMs)
  const withOne = (await followers(stage)) - before
  const second = await openJob(context, jobId)
  await second.waitForTimeout(settleMs)
  const withTwo = (await followers(stage)) - before
  await emit([line('build', 1), { type: 'job.completed', payload: {} }])
  emitter.close()
  for (const page of [first, second]) await page.locator('[data-line="1"]').waitFor({ timeout: 30_000 })
  return [
    {
      figure: `streams of two tabs that show one job: ${withTwo}`,
      baseline: `of one tab: ${withOne}`,
      value: withTwo,
      unit: 'streams',
      limit: { most: 1 },
    },
  ]
}

async function followers({ server, key }: PageBench['stage']): Promise<number> {
  const response = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${key}` } })
  const found = /^waybill_followers (\d+)$/m.exec(await response.text())
  if (!found) throw new Error('/metrics does not tell waybill_followers')
  return Number(found[1])
}
