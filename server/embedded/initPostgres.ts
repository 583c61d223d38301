import { randomBytes } from 'node:crypto'
import {
  accessSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { WaybillError } from '#domain/errors.ts'
import { type PostgresBinaries, postgresMajor } from '#server/embedded/findPostgresBinaries.ts'
import { runTool, type Tool } from '#server/embedded/runTool.ts'
import type { RunAs } from '#server/embedded/spawnServer.ts'

/** A PostgreSQL data directory and how to get in. Role and database are both called `waybill`. */
export type Cluster = { data: string; password: string }

export type InitOptions = {
  /** Holds `data/` and the server's log; made if missing, belongs to `user`. */
  directory: string
  binaries: PostgresBinaries
  user: RunAs | undefined
  onProgress: (line: string) => void
}

// Lies inside the data: a database moved or restored without its password would be locked for ever.
const passwordName = 'waybill-password'

/**
 * Makes the data directory, or checks the one that is there. A new one appears under its name only when it is complete,
 * so a start cut short leaves nothing that looks like a database.
 * Throws DATABASE_UNSUITABLE for data of another major version.
 */
export async function initPostgres({ directory, binaries, user, onProgress }: InitOptions): Promise<Cluster> {
  const data = join(directory, 'data')
  makeDirectory(directory, user)
  if (existsSync(data)) {
    checkVersion(data)
    return { data, password: readFileSync(join(data, passwordName), 'utf8').trim() }
  }
  onProgress(`PostgreSQL ${postgresMajor}: preparing a new database in ${data}`)
  const unfinished = join(directory, 'data.new')
  rmSync(unfinished, { recursive: true, force: true })
  makeDirectory(unfinished, user)
  const password = randomBytes(24).toString('base64url')
  const passwordFile = join(directory, 'password.new')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (user !== undefined) chownSync(passwordFile, user.uid, user.gid)
  await mustSucceed({
    command: binaries.initdb,
    args: [
      `--pgdata=${unfinished}`,
      '--username=waybill',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The machine's own locales differ and change with its upgrades, which corrupts indexes; this one is built in.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
    ],
    cwd: directory,
    user,
  })
  await mustSucceed({
    command: binaries.postgres,
    args: ['--single', '-D', unfinished, 'template1'],
    cwd: directory,
    user,
    input: 'create database waybill;\n',
  })
  renameSync(passwordFile, join(unfinished, passwordName))
  renameSync(unfinished, data)
  return { data, password }
}

function makeDirectory(path: string, user: RunAs | undefined): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  if (user !== undefined) chownSync(path, user.uid, user.gid)
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    // Without this, data that another user's start made looks like none at all.
    throw new WaybillError(
      'DATA_DIR_UNUSABLE',
      `${path} belongs to another user (uid ${statSync(path).uid}), whose start made it. Start Waybill as that user, or hand it over: sudo chown -R "$(id -u)" ${path}`,
      { details: { path }, cause: error },
    )
  }
}

async function mustSucceed(tool: Tool): Promise<void> {
  const { ok, output } = await runTool(tool)
  if (ok) return
  throw new WaybillError(
    'DATA_DIR_UNUSABLE',
    `PostgreSQL could not prepare a database in ${tool.cwd}:\n${output.split('\n').slice(-4).join('\n')}\nFree space or permissions are the usual cause; or set WAYBILL_DATA_DIR to another directory`,
    { details: { path: tool.cwd } },
  )
}

function checkVersion(data: string): void {
  const found = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
  if (found === postgresMajor) return
  throw new WaybillError(
    'DATABASE_UNSUITABLE',
    `${data} was written by PostgreSQL ${found}, and this Waybill carries ${postgresMajor}. Start the Waybill version that wrote it and move its data over, or set WAYBILL_DATA_DIR to a new directory`,
    { details: { found, expected: postgresMajor, path: data } },
  )
}
