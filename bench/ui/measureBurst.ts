import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowserContext } from 'playwright'
import { openEmitter } from '#bench/emitter.ts'
import type { Stage } from '#bench/stage.ts'
import { line } from '#bench/ui/buildJob.ts'
import { openJob } from '#bench/ui/measureOpening.ts'

const everyMs = 100

export type Burst = {
  /** events that were accepted in a second, on the average */
  rate: number
  /** main-thread tasks of more than 50 ms, in milliseconds */
  longTasks: number[]
  /** what the page says at the end, against what was sent */
  shown: number
  sent: number
}

/** Follows a job's end while so many lines a second arrive. */
export async function burst(
  context: BrowserContext,
  stage: Stage,
  { rate, seconds }: { rate: number; seconds: number },
): Promise<Burst> {
  const emitter = openEmitter(stage)
  const jobId = await emitter.createJob(`bench-burst-${Date.now()}`)
  const emit = (events: unknown[]) => emitter.emit(JSON.stringify({ jobId, events }))
  await emit([{ type: 'job.started', payload: {} }, line('build', 0)])
  const page = await openJob(context, jobId)
  await sleep(2_000)
  await page.evaluate(() => {
    const found: number[] = []
    Object.assign(window, { longTasks: found })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) found.push(entry.duration)
    }).observe({ type: 'longtask' })
  })
  let sent = 1
  const began = performance.now()
  const size = (rate * everyMs) / 1000
  while (performance.now() - began < seconds * 1000) {
    await emit(Array.from({ length: size }, (_, n) => line('build', sent + n)))
    sent += size
    await sleep(Math.max(0, began + (sent / rate) * 1000 - performance.now()))
  }
  const took = (performance.now() - began) / 1000
  await emit([{ type: 'job.completed', payload: {} }])
  emitter.close()
  await page.getByText('Complete', { exact: true }).waitFor({ timeout: 30_000 })
  const longTasks = await page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks)
  const shown = Number((await page.getByRole('tab', { name: 'Output' }).innerText()).replace(/\D/g, ''))
  await page.close()
  return { rate: sent / took, longTasks, shown, sent }
}
