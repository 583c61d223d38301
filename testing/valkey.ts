import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findValkeyServer } from '#server/embedded/findValkeyServer.ts'
import { freePort } from '#server/embedded/freePort.ts'
import { startValkey as start, stopValkey as stop } from '#server/embedded/startValkey.ts'
import { testServices } from '#testing/services.ts'

export type TestValkey = AsyncDisposable & {
  /** The same before and after a restart. */
  url: string
  port: number
  readonly pid: number
  stop(): Promise<void>
  kill9(): Promise<void>
  /** Starts it again on the same port, empty; stops it first if it runs. */
  restart(): Promise<void>
}

/** The one all test files share: never flush it, use keys of your own. */
export function testValkeyUrl(): string {
  return testServices().valkeyUrl
}

/** A Valkey of the test's own, to be hurt. `settings` as in valkey.conf, e.g. `{ maxmemory: '2mb' }`. */
export async function startValkey(settings: Record<string, string> = {}): Promise<TestValkey> {
  const directory = mkdtempSync(join(testServices().runDirectory, 'valkey-'))
  const server = await launchValkey(directory, settings)
  return {
    ...server,
    get pid() {
      return server.pid
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** The same in a given directory, which stays. */
export async function launchValkey(directory: string, settings: Record<string, string> = {}) {
  const found = await findValkeyServer(process.env.PATH ?? '')
  if ('missing' in found) {
    throw new Error(`The tests need Valkey, and ${found.missing}. Install it with: npx node scripts/provision.ts`)
  }
  const port = await freePort()
  const launch = () => start({ command: found.command, directory, port, user: undefined, settings })
  let server = await launch()
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return server.pid
    },
    stop: () => stop(server),
    kill9: async () => {
      server.signal('SIGKILL')
      await server.exited
    },
    restart: async () => {
      await stop(server)
      server = await launch()
    },
  }
}
