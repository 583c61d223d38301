import { test as base, type Page } from 'playwright/test'
import type { Draft } from '#domain/events/envelope.ts'
import type { Job } from '#domain/job/served.ts'
import { createTestDatabase } from '#testing/database.ts'
import { testServices } from '#testing/services.ts'
import { type RunningWaybill, startWaybill } from '#testing/waybill.ts'

/** A running server, and what tests do with it as an emitter would. */
export type App = AsyncDisposable & {
  url: string
  key: string
  databaseUrl: string
  server: RunningWaybill
  /** starts it again at the same address, after its process was killed */
  start(): Promise<void>
  /** ends the process, without warning unless told otherwise, and starts another at the same address */
  restart(how?: 'kill9' | 'stop'): Promise<void>
  createJob(
    inputs?: Partial<{
      action: string
      title: string
      inputs: Record<string, unknown>
      labels: Record<string, string>
    }>,
  ): Promise<Job>
  emit(jobId: string, ...events: Draft[]): Promise<void>
}

/** `app`: one server for the run, so tests make jobs of their own and look at nothing else. */
export const test = base.extend<{ signedIn: Page }, { app: App }>({
  app: [
    async ({ browserName: _ }, use) => {
      await using app = await openApp()
      await use(app)
    },
    // The first server of all builds the pages.
    { scope: 'worker', timeout: 240_000 },
  ],
  signedIn: async ({ page, app }, use) => {
    await signIn(page, app)
    await use(page)
  },
})

export { expect } from 'playwright/test'

/** Gives a page a session, through the same door that the login page uses. */
export async function signIn(page: Page, { url, key }: Pick<App, 'url' | 'key'>): Promise<void> {
  const response = await page.request.post(`${url}/api/session`, { data: { key }, headers: { origin: url } })
  if (!response.ok()) throw new Error(`no session: ${response.status()} ${await response.text()}`)
}

/** A server with an empty database, on the Valkey of the run unless it is given another. */
export async function openApp({ valkeyUrl = testServices().valkeyUrl } = {}): Promise<App> {
  const database = await createTestDatabase()
  const start = (more: { dataDir?: string; port?: number }) =>
    startWaybill({ databaseUrl: database.url, valkeyUrl, ...more })
  const server = await start({})
  const { url, key } = server
  if (key === undefined) throw new Error('the server made no key')
  const app: App = {
    url,
    key,
    server,
    databaseUrl: database.url,
    start: async () => {
      app.server = await start({ dataDir: server.dataDir, port: Number(new URL(url).port) })
    },
    restart: async (how = 'kill9') => {
      await app.server[how]()
      await app.start()
    },
    createJob: async (job = {}) =>
      (await post(app, '/api/jobs', { action: 'test', inputs: {}, requestId: crypto.randomUUID(), ...job })) as Job,
    emit: (jobId, ...events) => emitTo(app, jobId, events),
    [Symbol.asyncDispose]: async () => {
      await app.server.stop()
      await database[Symbol.asyncDispose]()
    },
  }
  return app
}

/** Records events as an emitter would. */
export async function emitTo(server: Pick<App, 'url' | 'key'>, jobId: string, events: Draft[]): Promise<void> {
  await post(server, `/runner-jobs/${jobId}/events`, { events })
}

async function post({ url, key }: Pick<App, 'url' | 'key'>, path: string, body: object): Promise<unknown> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`)
  return response.json()
}
