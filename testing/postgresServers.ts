import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PostgresBinaries } from '#server/embedded/findPostgresBinaries.ts'
import { findUnprivilegedUser } from '#server/embedded/findUnprivilegedUser.ts'
import { freePort } from '#server/embedded/freePort.ts'
import { runTool } from '#server/embedded/runTool.ts'
import { startPostgres as start, stopPostgres } from '#server/embedded/startPostgres.ts'
import { startPostgres } from '#testing/postgres.ts'
import { testServices } from '#testing/services.ts'

/** A PostgreSQL server of the test's own, without any trace of Waybill. */
export type PostgresServer = AsyncDisposable & {
  /** as its superuser */
  url: string
}

/** The oldest major version that Waybill supports. */
const OLDEST = '15'

const settings = {
  max_connections: '100',
  // Nothing here outlives the test, and with it dropping a database takes a second.
  fsync: 'off',
}

/**
 * The versions that our SQL has to work on, for `describe.each`: the embedded one, and the oldest supported one where
 * the machine has it.
 */
export function postgresServers(): { name: string; start(): Promise<PostgresServer> }[] {
  const oldest = findBinaries(OLDEST)
  return [
    { name: 'the embedded PostgreSQL', start: () => startPostgres(settings) },
    ...(oldest === undefined ? [] : [{ name: `PostgreSQL ${OLDEST}`, start: () => startInstalled(oldest) }]),
  ]
}

/** Where Debian, Red Hat and Homebrew put a server beside others. */
function findBinaries(major: string): PostgresBinaries | undefined {
  const folders = [
    `/usr/lib/postgresql/${major}/bin`,
    `/usr/pgsql-${major}/bin`,
    `/opt/homebrew/opt/postgresql@${major}/bin`,
    `/usr/local/opt/postgresql@${major}/bin`,
  ]
  const folder = folders.find((path) => existsSync(join(path, 'initdb')) && existsSync(join(path, 'postgres')))
  return folder === undefined ? undefined : { postgres: join(folder, 'postgres'), initdb: join(folder, 'initdb') }
}

async function startInstalled(binaries: PostgresBinaries): Promise<PostgresServer> {
  const place = mkdtempSync(join(testServices().runDirectory, 'postgres-installed-'))
  // PostgreSQL runs as another user when the tests run as root: it must be able to pass and to make its directory.
  chmodSync(place, 0o777)
  const data = join(place, 'data')
  const user = await findUnprivilegedUser(data)
  const password = randomBytes(16).toString('hex')
  const passwordFile = join(place, 'password')
  writeFileSync(passwordFile, password)
  const args = [
    `--pgdata=${data}`,
    '--username=waybill',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--locale=C',
  ]
  const { ok, output } = await runTool({ command: binaries.initdb, args, cwd: place, user })
  if (!ok) throw new Error(`initdb failed: ${output}`)
  const port = await freePort()
  const server = await start({ binaries, data, port, user, settings })
  return {
    url: `postgres://waybill:${password}@127.0.0.1:${port}/postgres`,
    [Symbol.asyncDispose]: async () => {
      await stopPostgres(server)
      rmSync(place, { recursive: true, force: true })
    },
  }
}
