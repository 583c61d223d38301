import fc from 'fast-check'
import type { Page } from 'playwright/test'
import { expect, test } from '#e2e/app.ts'
import { sseText, sseTexts } from '#testing/sseTexts.ts'

/** NUL is refused in a text. */
const storable = sseText.map((text) => text.replaceAll('\0', ''))

type Followed = { messages: { id: string; type: string; data: string }[]; errors: number }

/** Chromium's own EventSource, never closed by the page, until it gives up by itself. */
function follow(page: Page, path: string, types: readonly string[]): Promise<Followed> {
  return page.evaluate(
    ([url, names]) =>
      new Promise<Followed>((resolve) => {
        const followed: Followed = { messages: [], errors: 0 }
        const source = new EventSource(url)
        for (const name of names) {
          source.addEventListener(name, ({ lastEventId, type, data }: MessageEvent<string>) =>
            followed.messages.push({ id: lastEventId, type, data }),
          )
        }
        source.addEventListener('error', () => {
          followed.errors++
          if (source.readyState === EventSource.CLOSED) resolve(followed)
        })
      }),
    [path, types] as const,
  )
}

test('gives every text back through the EventSource of the browser', async ({ signedIn: page, app }) => {
  const job = await app.createJob()
  const texts = [
    ...sseTexts.filter((text) => !text.includes('\0')),
    ...fc.sample(storable, { seed: 7, numRuns: 10_000 }),
  ]
  const line = (text: string) => ({ type: 'step.output', payload: { stepId: 's', stream: 'stdout', text } }) as const
  await page.goto(`${app.url}/`)
  const following = follow(page, `/runner-jobs/${job.id}/events/stream`, ['step.output', 'end'])
  await app.emit(job.id, { type: 'job.started', payload: {} })
  for (let at = 0; at < texts.length; at += 1000) await app.emit(job.id, ...texts.slice(at, at + 1000).map(line))
  await app.emit(job.id, { type: 'job.completed', payload: {} })

  const { messages, errors } = await following
  const events = messages.filter(({ type }) => type === 'step.output')
  expect(events.map(({ data }) => JSON.parse(data).payload.text)).toEqual(texts)
  expect(events.map(({ id }) => Number(id))).toEqual(texts.map((_, index) => index + 3))
  expect(messages.at(-1)).toMatchObject({ type: 'end', id: String(texts.length + 3) })
  // The stream's end, and the 204 that ends the coming back.
  expect(errors).toBe(2)
})

test('ends for good on a stream whose filter hides the end of the job', async ({ signedIn: page, app }) => {
  const job = await app.createJob()
  await app.emit(
    job.id,
    { type: 'gate.passed', payload: { gateId: 'g' } },
    { type: 'job.started', payload: {} },
    { type: 'job.completed', payload: {} },
  )
  await page.goto(`${app.url}/`)
  const path = `/runner-jobs/${job.id}/events/stream?types=gate.*`
  const { messages, errors } = await follow(page, path, ['gate.passed', 'job.completed', 'caught-up', 'end'])
  expect(messages.map(({ id, type }) => `${id} ${type}`)).toEqual(['2 gate.passed', '4 caught-up', '4 end'])
  expect(errors).toBe(2)
})
