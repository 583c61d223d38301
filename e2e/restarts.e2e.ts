import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright/test'
import { eventTypes } from '#domain/events/catalogue.ts'
import type { Draft } from '#domain/events/envelope.ts'
import { type App, expect, test } from '#e2e/app.ts'
import { eventsOf } from '#testing/httpDoor.ts'
import type { SseMessage } from '#testing/sseParsers.ts'
import { type ClientStory, type ClientTask, standardClients } from '#testing/standardClients.ts'
import { waitFor } from '#testing/waitFor.ts'

/** Ends of lines, frames and characters: what a restart may cut at the worst place. */
const texts = [
  'plain\n',
  'a\n\nid: 9\nevent: end\ndata: {}\n\n',
  '\u2028\ufeff\r',
  'äöü🚂\r\n',
  '\u001b[31mred'.repeat(40),
]

/** Chromium's own EventSource in a page of the server. */
function followInPage(page: Page, { url, names }: ClientTask): Promise<ClientStory> {
  return page.evaluate(
    ([address, all]) =>
      new Promise<ClientStory>((resolve) => {
        const story: ClientStory = { messages: [], connections: 0 }
        const source = new EventSource(address)
        source.addEventListener('open', () => story.connections++)
        for (const name of all) {
          source.addEventListener(name, ({ lastEventId, type, data }: MessageEvent<string>) => {
            story.messages.push({ id: lastEventId, event: type, data })
            if (type !== 'end') return
            source.close()
            resolve(story)
          })
        }
      }),
    [url, names] as const,
  )
}

/** Records until told to stop, through whatever server is there; what was not acknowledged is sent again. */
async function record(app: App, jobId: string, isOver: () => boolean): Promise<void> {
  for (let round = 0; !isOver(); round++) {
    const events = Array.from({ length: 1 + (round % 5) }, (_, at): Draft & { id: string } => ({
      id: randomUUID(),
      type: 'step.output',
      payload: { stepId: 's', stream: 'stdout', text: `${round}.${at} ${texts[(round + at) % texts.length]}` },
    }))
    await waitFor(() =>
      app.emit(jobId, ...events).then(
        () => true,
        () => false,
      ),
    )
    await sleep(10)
  }
}

async function followersOf({ url, key }: App): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } })
  return Number(/^waybill_followers (\d+)$/m.exec(await response.text())?.[1])
}

test('gives Chromium, eventsource, eventsource-client and curl the same story through three restarts', async ({
  signedIn: page,
  app,
}) => {
  test.setTimeout(180_000)
  const job = await app.createJob()
  await app.emit(job.id, { type: 'job.started', payload: {} })
  await page.goto(`${app.url}/`)
  const task = {
    url: `${app.url}/runner-jobs/${job.id}/events/stream`,
    key: app.key,
    names: [...eventTypes, 'end'],
  }
  const following = Object.entries({ ...standardClients, chromium: (own: ClientTask) => followInPage(page, own) }).map(
    async ([name, follow]) => [name, await follow(task)] as const,
  )
  let isOver = false
  const recording = record(app, job.id, () => isOver)
  for (const how of ['kill9', 'stop', 'kill9'] as const) {
    // All are back, and there is news for them.
    await waitFor(async () => (await followersOf(app)) >= following.length)
    await sleep(300)
    await app.restart(how)
  }
  await waitFor(async () => (await followersOf(app)) >= following.length)
  isOver = true
  await recording
  await app.emit(job.id, { type: 'job.completed', payload: { output: 'ä' } })

  const stored = await eventsOf(app, job.id)
  const wanted: SseMessage[] = [
    ...stored.map((event) => ({ id: String(event.seq), event: event.type, data: JSON.stringify(event) })),
    { id: String(stored.length), event: 'end', data: `{"head":${stored.length},"state":"success"}` },
  ]
  for (const [name, { messages, connections }] of await Promise.all(following)) {
    // Said once a connection, so not part of the story.
    const story = messages.filter(({ event }) => event !== 'caught-up')
    expect(story, name).toEqual(wanted)
    expect(connections, `${name} was there before and after each restart`).toBeGreaterThanOrEqual(4)
  }
})
