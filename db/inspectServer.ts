import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'

export type ServerFacts = {
  /** as `server_version_num`: 180004 is 18.4 */
  versionNumber: number
  version: string
  synchronousCommit: string
  /** a standby, which takes no writes */
  inRecovery: boolean
  /** what looks like one connection is a different session from statement to statement */
  pooled: boolean
  /** what a connection asks for when it is opened holds in it: the server's role depends on that */
  keepsSettings: boolean
}

/** Asked for like the role and the schema later on, on a database where neither exists yet. */
const SEARCH_PATH = 'waybill_probe'
const PATIENCE_MS = 10_000

/**
 * Looks at a server before anything is asked of it. Two connections are opened: behind a proxy that pools by transaction
 * both end up on the same backend, or one of them on several, and then locks and settings of a session mean nothing.
 *
 * @throws what the driver says when there is no connection to be had
 */
export async function inspectServer(url: string): Promise<ServerFacts> {
  const sessions: [postgres.Sql, postgres.Sql] = [connect(url), connect(url)]
  const timer = new AbortController()
  try {
    return await Promise.race([readFacts(sessions), giveUp(timer.signal)])
  } finally {
    timer.abort()
    await Promise.all(sessions.map((sql) => sql.end({ timeout: 1 })))
  }
}

/** The driver connects anew for ever to what takes connections and does not speak to it: another program's port, a firewall. */
async function giveUp(signal: AbortSignal): Promise<never> {
  await sleep(PATIENCE_MS, undefined, { signal })
  throw Object.assign(new Error(`nothing that PostgreSQL says came within ${PATIENCE_MS} ms`), { code: 'SILENT' })
}

async function readFacts([one, other]: [postgres.Sql, postgres.Sql]): Promise<ServerFacts> {
  const [row] = await one<{ number: string; version: string; sync: string; path: string; recovery: boolean }[]>`
      select current_setting('server_version_num') as number, current_setting('server_version') as version,
        current_setting('synchronous_commit') as sync, current_setting('search_path') as path,
        pg_is_in_recovery() as recovery`
  if (!row) throw new Error('a select without from returned no row')
  const backends = [await pidOf(one), await pidOf(other), await pidOf(one), await pidOf(other)]
  return {
    versionNumber: Number(row.number),
    version: row.version,
    synchronousCommit: row.sync,
    inRecovery: row.recovery,
    keepsSettings: row.path === SEARCH_PATH,
    pooled: backends[0] === backends[1] || backends[0] !== backends[2] || backends[1] !== backends[3],
  }
}

function connect(url: string): postgres.Sql {
  // Never prepared: behind such a proxy that fails for a reason of its own.
  const connection = { application_name: 'waybill start', search_path: SEARCH_PATH }
  return postgres(url, {
    max: 1,
    connect_timeout: 5,
    prepare: false,
    fetch_types: false,
    onnotice: () => {},
    connection,
  })
}

async function pidOf(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`
  return row?.pid ?? 0
}
