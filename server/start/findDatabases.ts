import { WaybillError } from '#domain/errors.ts'
import { openEmbedded } from '#server/embedded/openEmbedded.ts'
import type { ServerEnv } from '#server/env.ts'
import { checkValkey } from '#server/live/checkValkey.ts'
import { checkDatabase } from '#server/start/checkDatabase.ts'

export type FoundDatabases = {
  databaseUrl: string
  valkeyUrl: string | null
  /** what the user should know once all is up, a sentence each */
  notes: string[]
  stop(): Promise<void>
}

/** The databases that are configured, looked at before use, and embedded ones for what is not configured. */
export async function findDatabases(env: ServerEnv, say: (line: string) => void): Promise<FoundDatabases> {
  const notes: string[] = []
  // Before anything is started: a mistake in a setting should not cost a database its start and stop.
  if (env.databaseUrl !== undefined) say(`PostgreSQL ${await checkDatabase(env.databaseUrl, say)}: configured`)
  if (env.valkeyUrl !== undefined) {
    const verdict = await checkValkey(env.valkeyUrl)
    if ('version' in verdict) say(`Valkey ${verdict.version}: configured`)
    else notes.push(`${verdict.unreachable}: Waybill works without it, more slowly, until it does; check VALKEY_URL`)
  }
  const embedded = await openEmbedded({
    dataDir: env.dataDir,
    needPostgres: env.databaseUrl === undefined,
    needValkey: env.valkeyUrl === undefined,
    searchPath: env.searchPath,
    onProgress: say,
  })
  const databaseUrl = env.databaseUrl ?? embedded.databaseUrl
  if (databaseUrl === undefined)
    throw new WaybillError('INTERNAL', 'The embedded PostgreSQL started without an address.')
  return {
    databaseUrl,
    valkeyUrl: env.valkeyUrl ?? embedded.valkeyUrl ?? null,
    notes: [...notes, ...embedded.notes],
    stop: () => embedded.stop(),
  }
}
