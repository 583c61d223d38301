import { chmodSync, mkdirSync, mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { migrate } from '#db/migrate.ts'
import { listLeaks } from '#testing/listLeaks.ts'
import { launchPostgres } from '#testing/postgres.ts'
import { startReaper } from '#testing/reaper.ts'
import { publishServices } from '#testing/services.ts'
import { launchValkey } from '#testing/valkey.ts'

/**
 * Starts one real PostgreSQL and one real Valkey for all tests of a run, and migrates the database they clone. Used by
 * vitest and by Playwright. Returns the teardown, which fails the run when a test left a process or a database behind.
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const runDirectory = mkdtempSync(join(realpathSync(tmpdir()), 'waybill-test-'))
  // PostgreSQL does not run as root: the user it runs as must be able to pass.
  chmodSync(runDirectory, 0o755)
  mkdirSync(join(runDirectory, 'processes'))
  const reaper = await startReaper(runDirectory)
  try {
    const [database, valkey] = await Promise.all([
      launchPostgres(join(runDirectory, 'shared-postgres'), { max_connections: '200' }),
      launchValkey(join(runDirectory, 'shared-valkey')),
    ])
    const templateDatabase = 'waybill_template'
    await makeTemplate(database.url, templateDatabase)
    publishServices({ runDirectory, postgresUrl: database.url, templateDatabase, valkeyUrl: valkey.url })
    return async () => {
      const leaks = await listLeaks({ runDirectory, postgresUrl: database.url, ours: [database.pid, valkey.pid] })
      await Promise.all([database.stop(), valkey.stop()])
      await reaper.sweep()
      if (leaks.length > 0) throw new Error(`tests left behind:\n  ${leaks.join('\n  ')}`)
    }
  } catch (error) {
    await reaper.sweep()
    throw error
  }
}

async function makeTemplate(ownerUrl: string, name: string): Promise<void> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  try {
    await sql`create database ${sql(name)}`
    const url = new URL(ownerUrl)
    url.pathname = `/${name}`
    await migrate({ url: url.href })
    // A forgotten connection to it would make every clone fail.
    await sql`alter database ${sql(name)} with is_template true allow_connections false`
  } finally {
    await sql.end()
  }
}
