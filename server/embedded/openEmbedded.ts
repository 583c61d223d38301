import { accessSync, constants, realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { WaybillError } from '#domain/errors.ts'
import { findPlace, reachablePlace, recordPlace } from '#server/embedded/choosePlace.ts'
import { findUnprivilegedUser } from '#server/embedded/findUnprivilegedUser.ts'
import { findValkeyServer } from '#server/embedded/findValkeyServer.ts'
import type { Kept } from '#server/embedded/keepRunning.ts'
import { lockDirectory } from '#server/embedded/lockDirectory.ts'
import { makeDirectory } from '#server/embedded/makeDirectory.ts'
import { startEmbeddedPostgres } from '#server/embedded/startEmbeddedPostgres.ts'
import { startEmbeddedValkey } from '#server/embedded/startEmbeddedValkey.ts'

export type OpenEmbedded = {
  dataDir: string
  /** No DATABASE_URL is set. */
  needPostgres: boolean
  /** No VALKEY_URL is set. */
  needValkey: boolean
  /** The PATH setting, where valkey-server is looked for. */
  searchPath: string
  onProgress: (line: string) => void
}

export type Embedded = {
  databaseUrl?: string
  /** Missing when it was not needed or the machine has no valkey-server; `notes` then says so. */
  valkeyUrl?: string
  /** What the user should know once the server is up, a sentence each. */
  notes: string[]
  /** Stops both and gives the data directory back. May be called twice. */
  stop(): Promise<void>
}

/**
 * PostgreSQL and Valkey for a machine that has neither configured. Takes the data directory for this process, heals what
 * a kill -9 left behind, and runs both as children that end with `stop`, or at the latest with this process.
 * Throws DATA_DIR_IN_USE, DATA_DIR_UNUSABLE, DATABASE_UNSUITABLE, DATABASE_UNREACHABLE or VALKEY_UNSUITABLE, with the fix.
 */
export async function openEmbedded(options: OpenEmbedded): Promise<Embedded> {
  const { needPostgres, needValkey, searchPath, onProgress } = options
  const notes: string[] = []
  const valkey = needValkey ? await findValkeyServer(searchPath) : undefined
  if (valkey !== undefined && 'missing' in valkey) {
    notes.push(`Running without Valkey, as ${valkey.missing}: install valkey-server or set VALKEY_URL to add it`)
  }
  const command = valkey !== undefined && 'command' in valkey ? valkey.command : undefined
  if (!needPostgres && command === undefined) return { notes, stop: async () => {} }

  const dataDir = openDirectory(options.dataDir)
  // Any failure below gives back what was opened so far, in reverse order.
  await using opened = new AsyncDisposableStack()
  const locks = new DisposableStack()
  opened.use(locks)
  locks.adopt(await lockDirectory(dataDir), (lock) => lock.release())
  const found = findPlace(dataDir)
  const user = await findUnprivilegedUser(join(found.directory, 'postgres', 'data'))
  const place = await reachablePlace(dataDir, found, user)
  if (place.moved) {
    // A copy of the data directory names the same place: its database must not be taken for a leftover.
    locks.adopt(await lockDirectory(place.directory), (lock) => lock.release())
    if (needPostgres)
      notes.push(`The databases lie in ${place.directory}, because user ${user?.name} cannot reach ${dataDir}`)
  }
  const keep = <T extends Kept>(kept: T) => opened.adopt(kept, () => kept.stop())
  const postgres = needPostgres
    ? keep(await startEmbeddedPostgres({ place: place.directory, user, onProgress }))
    : undefined
  if (postgres !== undefined) recordPlace(dataDir, place)
  const running =
    command === undefined
      ? undefined
      : keep(await startEmbeddedValkey({ command, place: place.directory, user, onProgress }))
  const whole = opened.move()
  let stopping: Promise<void> | undefined
  return {
    ...(postgres && { databaseUrl: postgres.url }),
    ...(running && { valkeyUrl: running.url }),
    notes,
    stop: () => {
      stopping ??= whole.disposeAsync()
      return stopping
    },
  }
}

/** As root others may pass through it (not list it), because the databases run as another user. */
function openDirectory(path: string): string {
  try {
    makeDirectory(resolve(path), process.getuid?.() === 0 ? 0o711 : 0o700)
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
    return realpathSync(path)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new WaybillError(
      'DATA_DIR_UNUSABLE',
      `Waybill cannot keep its data in ${resolve(path)} (${reason}). Make that directory writable, or set WAYBILL_DATA_DIR to one that is`,
      { details: { path }, cause: error },
    )
  }
}
