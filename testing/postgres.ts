import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findPostgresBinaries } from '#server/embedded/findPostgresBinaries.ts'
import { findUnprivilegedUser } from '#server/embedded/findUnprivilegedUser.ts'
import { freePort } from '#server/embedded/freePort.ts'
import { initPostgres } from '#server/embedded/initPostgres.ts'
import { startPostgres as start, stopPostgres as stop } from '#server/embedded/startPostgres.ts'
import { testServices } from '#testing/services.ts'

export type TestPostgres = AsyncDisposable & {
  /** As the owner; the same before and after a restart. */
  url: string
  readonly pid: number
  /** Clean, with a checkpoint. */
  stop(): Promise<void>
  /** Kills the postmaster; its backends notice and follow. */
  kill9(): Promise<void>
  /** Starts it again on the same port and data, recovering if it was killed; stops it first if it runs. */
  restart(): Promise<void>
}

/** A PostgreSQL of the test's own, to be hurt; empty: migrate it yourself. Stopped and removed when disposed. */
export async function startPostgres(settings: Record<string, string> = {}): Promise<TestPostgres> {
  const directory = mkdtempSync(join(testServices().runDirectory, 'postgres-'))
  const server = await launchPostgres(directory, settings)
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
export async function launchPostgres(place: string, settings: Record<string, string>) {
  mkdirSync(place, { recursive: true })
  // Made by mkdtemp it is closed to the user that PostgreSQL runs as.
  chmodSync(place, 0o755)
  const directory = join(place, 'postgres')
  const user = await findUnprivilegedUser(join(directory, 'data'))
  const binaries = await findPostgresBinaries(place, user)
  const { data, password } = await initPostgres({ directory, binaries, user, onProgress: () => {} })
  const port = await freePort()
  const launch = () => start({ binaries, data, port, user, settings })
  let server = await launch()
  return {
    url: `postgres://waybill:${password}@127.0.0.1:${port}/waybill`,
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
