import type { Page } from 'playwright/test'
import type { Draft } from '#domain/events/envelope.ts'
import { type App, test as base, emitTo, openApp, signIn } from '#e2e/app.ts'
import { giveClock } from '#e2e/clock.ts'
import { openTcpProxy, type TcpProxy } from '#testing/tcpProxy.ts'
import { startValkey, type TestValkey } from '#testing/valkey.ts'
import { startWaybill } from '#testing/waybill.ts'

/**
 * A server to be hurt, with a Valkey of its own and a network between it and the browser; and beside it a second server on
 * the same databases that stays whole, through which jobs go on and pages are loaded afresh.
 */
export type Stage = AsyncDisposable & {
  /** of the server to be hurt, through the network */
  url: string
  app: App
  network: TcpProxy
  valkey: TestValkey
  /** the server that stays whole */
  whole: Pick<App, 'url' | 'key'>
  /** records through the server that stays whole */
  emit(jobId: string, ...events: Draft[]): Promise<void>
}

export async function openStage(): Promise<Stage> {
  await using opened = new AsyncDisposableStack()
  const valkey = opened.use(await startValkey())
  const app = opened.use(await openApp({ valkeyUrl: valkey.url }))
  const { key, databaseUrl } = app
  const second = opened.use(await startWaybill({ databaseUrl, valkeyUrl: valkey.url }))
  const network = opened.use(await openTcpProxy(Number(new URL(app.url).port)))
  const whole = { url: second.url, key }
  const rest = opened.move()
  return {
    url: `http://127.0.0.1:${network.port}`,
    app,
    network,
    valkey,
    whole,
    emit: (jobId, ...events) => emitTo(whole, jobId, events),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}

/** `stage`: one for all tests of a file, so each leaves it healed. `page` and `fresh` are signed in, each to its server. */
export const test = base.extend<{ fresh: Page }, { stage: Stage }>({
  stage: [
    async ({ browserName: _ }, use) => {
      await using stage = await openStage()
      await use(stage)
    },
    // The first server of all builds the pages.
    { scope: 'worker', timeout: 240_000 },
  ],
  page: async ({ page, stage }, use) => {
    await giveClock(page)
    await signIn(page, { url: stage.url, key: stage.app.key })
    await use(page)
  },
  // In a context of its own: connections that a fault left half open are shared by all pages of one.
  fresh: async ({ browser, stage }, use) => {
    const context = await browser.newContext()
    const page = await context.newPage()
    await signIn(page, stage.whole)
    await use(page)
    await context.close()
  },
})
