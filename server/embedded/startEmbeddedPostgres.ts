import { findPostgresBinaries, postgresMajor } from '#server/embedded/findPostgresBinaries.ts'
import { freePort } from '#server/embedded/freePort.ts'
import { initPostgres } from '#server/embedded/initPostgres.ts'
import { type Kept, keepRunning } from '#server/embedded/keepRunning.ts'
import type { RunAs } from '#server/embedded/spawnServer.ts'
import { startPostgres, stopLeftoverPostgres, stopPostgres } from '#server/embedded/startPostgres.ts'

export type EmbeddedPostgresOptions = {
  /** Holds the directory `postgres` and, where `user` cannot reach node_modules, a copy of the binaries. */
  place: string
  user: RunAs | undefined
  onProgress: (line: string) => void
}

/**
 * The real PostgreSQL from the npm package, with its data in `<place>/postgres/data`, reachable over loopback with a
 * random password. Made at the first start, recovered after a crash, started again when it dies.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<Kept & { url: string }> {
  const { place, user, onProgress } = options
  const name = `PostgreSQL ${postgresMajor}`
  const binaries = await findPostgresBinaries(place, user)
  const directory = `${place}/postgres`
  const { data, password } = await initPostgres({ directory, binaries, user, onProgress })
  if (await stopLeftoverPostgres(data)) onProgress(`${name}: stopped one that a killed Waybill left running`)
  const port = await freePort()
  const slow = setTimeout(() => onProgress(`${name}: still starting; after a crash it first reads its log`), 3_000)
  const kept = await keepRunning({
    name,
    start: () => startPostgres({ binaries, data, port, user }),
    stop: stopPostgres,
    onProgress,
  }).finally(() => clearTimeout(slow))
  onProgress(`${name}: running on 127.0.0.1:${port}, data in ${data}`)
  return { ...kept, url: `postgres://waybill:${password}@127.0.0.1:${port}/waybill` }
}
