import { execFileSync } from 'node:child_process'
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
  /** Stops it, keeps a copy of all its files, and starts it again. */
  keepCopy(): Promise<void>
  /** Kills it, puts the kept copy in the place of its files, and starts it: set back to where it was. */
  restoreCopy(): Promise<void>
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
  const copy = `${data}-copy`
  const takeCopy = (from: string, to: string) => {
    rmSync(to, { recursive: true, force: true })
    // With owners: PostgreSQL refuses files of another user.
    execFileSync('cp', ['-a', from, to])
  }
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
    keepCopy: async () => {
      await stop(server)
      takeCopy(data, copy)
      server = await launch()
    },
    restoreCopy: async () => {
      server.signal('SIGKILL')
      await server.exited
      takeCopy(copy, data)
      server = await launch()
    },
  }
}
