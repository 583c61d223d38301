import { setTimeout as sleep } from 'node:timers/promises'
import { inspectServer, type ServerFacts } from '#db/inspectServer.ts'
import { WaybillError } from '#domain/errors.ts'

/** PostgreSQL 15; older ones lack what the journal's functions use. */
const OLDEST = 150_000
/** SQLSTATE cannot_connect_now: the server is starting or recovering. */
const STARTING = '57P03'
const STARTING_PATIENCE_MS = 30_000

/**
 * Makes sure that this database can hold a journal, before anything is changed in it.
 *
 * @returns its version
 * @throws WaybillError DATABASE_UNREACHABLE or DATABASE_UNSUITABLE, one line with the fix
 */
export async function checkDatabase(url: string, onProgress: (line: string) => void): Promise<string> {
  const facts = await inspect(url, onProgress)
  const reason = unsuitableBecause(facts)
  if (reason !== null) throw new WaybillError('DATABASE_UNSUITABLE', `${reason} (${addressOf(url)})`)
  return facts.version
}

/** null: suitable. */
export function unsuitableBecause(facts: ServerFacts): string | null {
  if (facts.versionNumber < OLDEST) {
    return `PostgreSQL is version ${facts.version}, Waybill needs 15 or newer: upgrade it, or leave DATABASE_URL out to use the one that comes with Waybill`
  }
  if (facts.pooled) {
    return 'A proxy that pools by transaction (PgBouncer, Supavisor …) is in front of PostgreSQL, where locks between processes do not hold: let DATABASE_URL name the server itself'
  }
  if (!facts.keepsSettings) {
    return 'A proxy in front of PostgreSQL drops the settings that a connection is opened with, and with them the role that cannot change the journal: let DATABASE_URL name the server itself'
  }
  if (facts.inRecovery) return 'This PostgreSQL is a standby and takes no writes: let DATABASE_URL name the primary'
  if (facts.synchronousCommit === 'off') {
    return 'synchronous_commit is off, so a crash would lose events that were acknowledged: set it to on (ALTER SYSTEM SET synchronous_commit = on; SELECT pg_reload_conf(); and for the role or database, if set there)'
  }
  return null
}

async function inspect(url: string, onProgress: (line: string) => void): Promise<ServerFacts> {
  const until = performance.now() + STARTING_PATIENCE_MS
  for (;;) {
    try {
      return await inspectServer(url)
    } catch (error) {
      if (codeOf(error) !== STARTING || performance.now() > until) throw explain(error, url)
      onProgress('PostgreSQL is starting up; waiting for it')
      await sleep(500)
    }
  }
}

function explain(error: unknown, url: string): WaybillError {
  const code = codeOf(error)
  const { host, pathname, username } = new URL(url)
  const database = decodeURIComponent(pathname.slice(1))
  const options = { cause: error }
  const unreachable = (text: string) => new WaybillError('DATABASE_UNREACHABLE', text, options)
  const unsuitable = (text: string) => new WaybillError('DATABASE_UNSUITABLE', text, options)
  switch (code) {
    case '28P01':
    case '28000':
      return unreachable(
        `PostgreSQL at ${host} does not let user "${username}" in: check user and password in DATABASE_URL`,
      )
    case '3D000':
      return unreachable(
        `PostgreSQL at ${host} has no database "${database}": create it with: createdb -h ${hostOf(host)} ${database}`,
      )
    case '08P01':
      // What servers accept and poolers refuse: settings that are sent when a connection is opened.
      return unsuitable(
        `What answers at ${host} is a proxy (PgBouncer, Supavisor …) that refuses the settings a connection is opened with: let DATABASE_URL name PostgreSQL itself`,
      )
    case 'SILENT':
      return unreachable(
        `What takes connections at ${host} does not answer as PostgreSQL does: check host and port in DATABASE_URL, and what is between here and there`,
      )
    case '53300':
      return unreachable(`PostgreSQL at ${host} has no connection left: raise max_connections, or stop what holds them`)
    default:
      return unreachable(
        `PostgreSQL does not answer at ${host} (${code || 'no answer'}): check DATABASE_URL and that the server runs, or leave DATABASE_URL out to use the one that comes with Waybill`,
      )
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}

function addressOf(url: string): string {
  return new URL(url).host
}

function hostOf(host: string): string {
  return host.replace(/:\d+$/, '')
}
