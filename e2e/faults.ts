import { Redis } from 'ioredis'
import type { Page } from 'playwright/test'
import { expect } from '#e2e/app.ts'
import { turnClock } from '#e2e/clock.ts'
import type { Stage } from '#e2e/stage.ts'

export type FaultName = 'server' | 'valkey' | 'network'

/** Something that breaks, and how it is whole again. `page` is the one that looks on. */
export type Fault = {
  name: string
  strike(stage: Stage, page: Page): Promise<void>
  heal(stage: Stage, page: Page): Promise<void>
}

const killServer: Fault = {
  name: 'the server is killed',
  strike: ({ app }) => app.server.kill9(),
  heal: ({ app }) => app.start(),
}

const killValkey: Fault = {
  name: 'Valkey is killed',
  strike: ({ valkey }) => valkey.kill9(),
  heal: ({ valkey }) => valkey.restart(),
}

const flushValkey: Fault = {
  name: 'Valkey is emptied',
  strike: async ({ valkey }) => {
    const client = new Redis(valkey.url)
    await client.flushall()
    client.disconnect()
  },
  heal: async () => {},
}

/** Half open: no error tells, only the silence. The page is made to believe that it slept, so that nobody sits through it. */
const blackHole: Fault = {
  name: 'the network swallows everything',
  strike: async ({ network }, page) => {
    network.freeze()
    await turnClock(page, 36_000)
    await expect(page.locator('[data-connection=paused]')).toBeVisible()
  },
  heal: async ({ network }) => network.thaw(),
}

const reset: Fault = {
  name: 'the network resets connections',
  strike: async ({ network }) => network.cut(),
  heal: async ({ network }) => network.cut(),
}

const offline: Fault = {
  name: 'the browser is offline',
  strike: async (_, page) => {
    await page.context().setOffline(true)
    await expect(page.locator('[data-connection=paused]')).toBeVisible()
  },
  heal: (_, page) => page.context().setOffline(false),
}

/** The kinds that a fault of this name comes in. */
export const kindsOf: Record<FaultName, readonly Fault[]> = {
  server: [killServer],
  valkey: [killValkey, flushValkey],
  network: [blackHole, reset, offline],
}

/** All orders of the three. */
export const orders: readonly (readonly [FaultName, FaultName, FaultName])[] = [
  ['server', 'valkey', 'network'],
  ['server', 'network', 'valkey'],
  ['valkey', 'server', 'network'],
  ['valkey', 'network', 'server'],
  ['network', 'server', 'valkey'],
  ['network', 'valkey', 'server'],
]
