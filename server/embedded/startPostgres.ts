import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { WaybillError } from '#domain/errors.ts'
import type { PostgresBinaries } from '#server/embedded/findPostgresBinaries.ts'
import { findProcess } from '#server/embedded/findProcess.ts'
import { type RunAs, type ServerProcess, spawnServer } from '#server/embedded/spawnServer.ts'
import { stopLeftover } from '#server/embedded/stopLeftover.ts'

export type StartPostgres = {
  binaries: PostgresBinaries
  data: string
  /** Loopback TCP. */
  port: number
  user: RunAs | undefined
  /** On top of ours, e.g. `{ max_connections: '200' }`. */
  settings?: Record<string, string>
}

const ourSettings: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // An acknowledged event is on disk: these three are the promise, whatever the file in the data directory says.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // Above ERROR: a refused statement is logged with the values it was given, and those are payloads.
  log_min_messages: 'log',
  log_checkpoints: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
}

/**
 * Starts the server on its data directory and waits until it takes connections; recovery after a crash counts as
 * starting, however long it takes. Stops a server left over on the same data first.
 * Throws DATABASE_UNREACHABLE with the server's last log lines when it ends instead.
 */
export async function startPostgres(options: StartPostgres): Promise<ServerProcess> {
  // After a crash the old server's orphans may hold its shared memory for a moment longer, and PostgreSQL waits for none.
  for (let triesLeft = existsSync(join(options.data, 'postmaster.pid')) ? 10 : 1; ; ) {
    await stopLeftoverPostgres(options.data)
    const server = await launch(options)
    if (await becameReady(server, options.data)) return server
    triesLeft -= 1
    if (triesLeft > 0) {
      await sleep(300)
      continue
    }
    throw new WaybillError('DATABASE_UNREACHABLE', `The embedded PostgreSQL did not start:\n${server.lastLines()}`, {
      details: { path: options.data },
    })
  }
}

function launch(options: StartPostgres): Promise<ServerProcess> {
  const { binaries, data, port, user } = options
  const settings = Object.entries({ ...ourSettings, ...options.settings, port: String(port) })
  return spawnServer({
    command: binaries.postgres,
    args: ['-D', data, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: data,
    logFile: join(dirname(data), 'server.log'),
    user,
    quitSignal: 'SIGINT',
  })
}

async function becameReady(server: ServerProcess, data: string): Promise<boolean> {
  while (server.exit() === undefined) {
    const status = readPidFile(data)
    if (status?.pid === server.pid && status.ready) return true
    await sleep(10)
  }
  return false
}

/** SIGINT is PostgreSQL's fast stop; SIGQUIT the one without a checkpoint, after which it recovers at the next start. */
export async function stopPostgres(server: ServerProcess): Promise<void> {
  server.signal('SIGINT')
  const slow = setTimeout(() => server.signal('SIGQUIT'), 20_000)
  await server.exited
  clearTimeout(slow)
}

/** Returns whether a server was left over on this data directory, by a kill -9 of the process that started it. */
export async function stopLeftoverPostgres(data: string): Promise<boolean> {
  const status = readPidFile(data)
  if (status === undefined) return false
  const stopped = await stopLeftover({
    pid: status.pid,
    name: 'PostgreSQL',
    isOurs: (args) => args.includes('postgres') && args.includes(` -D ${data} `),
    signals: [
      { signal: 'SIGINT', waitMs: 20_000 },
      { signal: 'SIGQUIT', waitMs: 10_000 },
    ],
  })
  if (!stopped && findProcess(status.pid) !== undefined) disownPidFile(data)
  return stopped
}

/**
 * The pid in the file is a stranger's by now, and PostgreSQL would refuse to start while that one lives. A file that
 * names its parent it takes for stale (CreateLockFile in miscinit.c). Deleting it instead would also skip PostgreSQL's
 * own check for orphaned backends, which can corrupt the data.
 */
function disownPidFile(data: string): void {
  const path = join(data, 'postmaster.pid')
  const [, ...rest] = readFileSync(path, 'utf8').split('\n')
  writeFileSync(path, [process.pid, ...rest].join('\n'))
}

/** Line 1 is the pid, line 8 the status (PostgreSQL's pidfile.h). */
function readPidFile(data: string): { pid: number; ready: boolean } | undefined {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
    const pid = Number(lines[0])
    return Number.isInteger(pid) && pid > 0 ? { pid, ready: lines[7]?.trim() === 'ready' } : undefined
  } catch {
    return undefined
  }
}
