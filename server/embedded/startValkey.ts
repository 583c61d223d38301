import { chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { WaybillError } from '#domain/errors.ts'
import { askValkey } from '#server/embedded/askValkey.ts'
import { type RunAs, type ServerProcess, spawnServer } from '#server/embedded/spawnServer.ts'
import { stopLeftover } from '#server/embedded/stopLeftover.ts'

export type StartValkey = {
  command: string
  /** Its configuration, pid file and log; made if missing. */
  directory: string
  /** Loopback TCP. */
  port: number
  /** Undefined: no password, for tests alone. */
  password?: string
  user: RunAs | undefined
  /** On top of ours, in the words of valkey.conf, e.g. `{ maxmemory: '1mb' }`. */
  settings?: Record<string, string>
}

const ourSettings: Record<string, string> = {
  bind: '127.0.0.1',
  // It holds nothing that PostgreSQL does not: a file of it on disk would only be a second copy to look after.
  save: '""',
  appendonly: 'no',
  // Windows of 1,000 events a job; the ones nobody looked at for longest give way.
  maxmemory: '256mb',
  'maxmemory-policy': 'allkeys-lru',
  // Keeps the configuration's path in its command line, by which a leftover is told from a stranger with its pid.
  'set-proc-title': 'no',
}

/**
 * Starts a Valkey that keeps nothing on disk and waits until it answers. Stops one left over in the same directory first.
 * Throws VALKEY_UNSUITABLE with its last log lines when it ends instead.
 */
export async function startValkey(options: StartValkey): Promise<ServerProcess> {
  const { command, directory, port, password, user } = options
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  await stopLeftoverValkey(directory)
  const pidFile = pidFileOf(directory)
  rmSync(pidFile, { force: true })
  const settings = {
    ...ourSettings,
    dir: JSON.stringify(directory),
    pidfile: JSON.stringify(pidFile),
    port: String(port),
    ...(password !== undefined && { requirepass: password }),
    ...options.settings,
  }
  const configuration = configurationOf(directory)
  const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}`)
  writeFileSync(configuration, `${lines.join('\n')}\n`, { mode: 0o600 })
  if (user !== undefined) {
    for (const path of [directory, configuration]) chownSync(path, user.uid, user.gid)
  }
  const server = await spawnServer({
    command,
    args: [configuration],
    cwd: directory,
    logFile: join(directory, 'server.log'),
    user,
    quitSignal: 'SIGTERM',
  })
  while (server.exit() === undefined) {
    if (await askValkey({ port, password })) return server
    await sleep(10)
  }
  throw new WaybillError('VALKEY_UNSUITABLE', `${command} did not start:\n${server.lastLines()}`)
}

export async function stopValkey(server: ServerProcess): Promise<void> {
  server.signal('SIGTERM')
  const slow = setTimeout(() => server.signal('SIGKILL'), 5_000)
  await server.exited
  clearTimeout(slow)
}

/** Returns whether one was left over, by a kill -9 of the process that started it. */
export async function stopLeftoverValkey(directory: string): Promise<boolean> {
  const pid = readPid(pidFileOf(directory))
  if (pid === undefined) return false
  return stopLeftover({
    pid,
    name: 'Valkey',
    isOurs: (args) => args.endsWith(` ${configurationOf(directory)}`),
    signals: [
      { signal: 'SIGTERM', waitMs: 5_000 },
      { signal: 'SIGKILL', waitMs: 5_000 },
    ],
  })
}

const configurationOf = (directory: string) => join(directory, 'valkey.conf')
const pidFileOf = (directory: string) => join(directory, 'valkey.pid')

function readPid(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'))
    return Number.isInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}
