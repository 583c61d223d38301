import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { WaybillError } from '#domain/errors.ts'
import { runTool } from '#server/embedded/runTool.ts'
import type { RunAs } from '#server/embedded/spawnServer.ts'

/** Where the databases of a data directory really lie: in it, or where their unprivileged user can reach them. */
export type Place = { directory: string; moved: boolean }

const pointerName = 'databases-are-in'
const elsewhere = '/var/lib/waybill'

/**
 * The place an earlier start recorded, or else the data directory itself. Throws DATA_DIR_UNUSABLE when the recorded
 * place is gone: beginning with an empty database there would look like everything was lost.
 */
export function findPlace(dataDir: string): Place {
  const pointer = join(dataDir, pointerName)
  if (!existsSync(pointer)) return { directory: dataDir, moved: false }
  const directory = readFileSync(pointer, 'utf8').trim()
  if (existsSync(directory)) return { directory, moved: true }
  throw new WaybillError(
    'DATA_DIR_UNUSABLE',
    `The database of ${dataDir} lies in ${directory}, which is not there. Bring it back (is a disk not mounted?), or delete ${pointer} to begin with an empty one`,
    { details: { path: directory } },
  )
}

/**
 * Moves a place that has no data yet to where `user` can reach it: root's home is 0700, and whoever PostgreSQL runs as
 * cannot even pass through it. Asks the kernel by trying, so ACLs and mounts count too.
 */
export async function reachablePlace(dataDir: string, found: Place, user: RunAs | undefined): Promise<Place> {
  if (user === undefined || (await canEnter(found.directory, user))) return found
  if (found.moved || existsSync(join(found.directory, 'postgres', 'data'))) {
    throw new WaybillError(
      'DATA_DIR_UNUSABLE',
      `PostgreSQL runs as user ${user.name}, who can no longer reach its data in ${found.directory}. Let it pass again: chmod o+x on that directory and those above it`,
      { details: { path: found.directory } },
    )
  }
  const directory = join(elsewhere, nameFor(dataDir))
  mkdirSync(directory, { recursive: true, mode: 0o755 })
  if (await canEnter(directory, user)) return { directory, moved: true }
  throw new WaybillError(
    'DATA_DIR_UNUSABLE',
    `PostgreSQL runs as user ${user.name}, who can reach neither ${dataDir} nor ${directory}. Set WAYBILL_DATA_DIR to a directory it can reach, or set DATABASE_URL`,
    { details: { path: dataDir } },
  )
}

/** Called once there is data, so that later starts find it even when the data directory was moved or opened up. */
export function recordPlace(dataDir: string, place: Place): void {
  const pointer = join(dataDir, pointerName)
  if (!place.moved || existsSync(pointer)) return
  writeFileSync(`${pointer}.new`, `${place.directory}\n`)
  renameSync(`${pointer}.new`, pointer)
}

/** The same directory has the same name at the next start; one made anew under the same path has another. */
function nameFor(dataDir: string): string {
  const { ino, birthtimeMs } = statSync(dataDir)
  return createHash('sha256')
    .update(`${realpathSync(dataDir)}:${ino}:${birthtimeMs}`)
    .digest('hex')
    .slice(0, 16)
}

async function canEnter(directory: string, user: RunAs): Promise<boolean> {
  const { ok } = await runTool({ command: '/bin/sh', args: ['-c', 'cd "$1"', 'sh', directory], cwd: '/', user })
  return ok
}
