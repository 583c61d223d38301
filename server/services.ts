import type { Sql } from 'postgres'
import { openDatabase } from '#db/client.ts'
import { describeDatabase, pingDatabase } from '#db/describeDatabase.ts'
import { WaybillError } from '#domain/errors.ts'
import packageJson from '#package.json' with { type: 'json' }
import type { ApiServices } from '#server/api/context.ts'
import { openAuth } from '#server/auth/openAuth.ts'
import { readEnv, type ServerEnv } from '#server/env.ts'
import { openJournal } from '#server/journal/openJournal.ts'
import type { Live } from '#server/live/live.ts'
import { openLive } from '#server/live/openLive.ts'
import { loadPolicies } from '#server/loadPolicies.ts'
import { createLogger, type Logger } from '#server/logger.ts'
import { openProjector } from '#server/projector/openProjector.ts'
import { newRequestCounts } from '#server/requestCounts.ts'
import { openSearch } from '#server/search/openSearch.ts'

/** The one object of a process. Everything that has state hangs on it. */
export type Services = ApiServices & {
  env: ServerEnv
  /** true from the moment the process is asked to end: it is no longer ready */
  draining: boolean
  ping(): Promise<void>
  /** For the start, which makes the first key. */
  sql: Sql
  /** Ends streams, waits for flushes under way, then closes all connections. */
  close(): Promise<void>
}

export type ServicesOptions = { env: ServerEnv; log: Logger; databaseUrl: string; valkeyUrl: string | null }

// The process, the route bundle and the page bundle each load this module: what they share must hang on globalThis.
const slot = Symbol.for('waybill')
type Slot = { [slot]?: Promise<Services> }

/** Opens everything on a database that is migrated and reachable. Whatever fails, nothing stays open. */
export async function openServices({ env, log, databaseUrl, valkeyUrl }: ServicesOptions): Promise<Services> {
  await using opened = new AsyncDisposableStack()
  const live: { current?: Live } = {}
  const database = openDatabase({ url: databaseUrl, onLost: () => live.current?.doubt() })
  const sql = opened.adopt(database, (pool) => pool.end({ timeout: 5 }))
  const inputPolicies = await loadPolicies([process.cwd(), env.dataDir])
  const auth = opened.adopt(openAuth({ sql, cookieName: `waybill_${env.port}`, limits: env.streams }), (it) =>
    it.close(),
  )
  const projector = opened.adopt(openProjector({ sql, log }), (it) => it.close())
  const journal = opened.adopt(
    openJournal({ sql, log, onCommitted: (committed) => live.current?.publish(committed) }),
    (it) => it.close(),
  )
  const epoch = await journal.readEpoch()
  // Closed first: streams would otherwise read from a journal that is gone.
  live.current = opened.adopt(openLive({ journal, valkeyUrl, epoch, log }), (it) => it.close())
  const search = opened.adopt(openSearch({ log }), (it) => it.close())
  projector.start()
  const whole = opened.move()
  return {
    env,
    log,
    sql,
    journal,
    live: live.current,
    projector,
    search,
    auth,
    inputPolicies,
    requests: newRequestCounts(),
    version: packageJson.version,
    startedAt: new Date(),
    draining: false,
    ping: () => pingDatabase(sql),
    describeDatabase: () => describeDatabase(sql),
    close: () => whole.disposeAsync(),
  }
}

/** Makes these the services of this process, in every copy of this module. */
export function provideServices(services: Services): void {
  ;(globalThis as Slot)[slot] = Promise.resolve(services)
}

/**
 * The services of this process. Under plain `next start` the first call opens them, on the configured databases.
 *
 * @throws WaybillError UNAVAILABLE if there are none and DATABASE_URL is not set
 */
export function services(): Promise<Services> {
  const held = globalThis as Slot
  const known = held[slot]
  if (known) return known
  const opening = openConfigured()
  held[slot] = opening
  opening.catch(() => {
    // The next request tries again: the database may be back by then.
    if (held[slot] === opening) delete held[slot]
  })
  return opening
}

async function openConfigured(): Promise<Services> {
  const env = readEnv()
  if (env.databaseUrl === undefined) {
    throw new WaybillError(
      'UNAVAILABLE',
      'There is no database: set DATABASE_URL, or run "npm start", which brings one.',
    )
  }
  const log = createLogger({ level: env.logLevel })
  return openServices({ env, log, databaseUrl: env.databaseUrl, valkeyUrl: env.valkeyUrl ?? null })
}
