import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import packageJson from '#package.json' with { type: 'json' }
import { freePort } from '#server/embedded/freePort.ts'
import { trackProcess } from '#testing/processesOf.ts'
import { testServices } from '#testing/services.ts'

export type StartWaybill = {
  /** Missing: its own embedded PostgreSQL. */
  databaseUrl?: string
  /** Missing: its own embedded Valkey. */
  valkeyUrl?: string
  /** Missing: a new one, removed with the run. Give the one of a killed process to start it again. */
  dataDir?: string
  /** Missing: a free one. Give the one of a killed process to start it again at its address. */
  port?: number
  /** Settings on top, e.g. `{ LOG_LEVEL: 'debug' }`. */
  env?: Record<string, string>
  /** `npm start` itself: `pid` is npm's then */
  withNpm?: boolean
}

export type RunningWaybill = AsyncDisposable & {
  url: string
  /** The admin key that the first start on an empty database made; undefined when the database had one already. */
  key: string | undefined
  dataDir: string
  pid: number
  stdout(): string
  stderr(): string
  kill9(): Promise<void>
  /** SIGTERM; resolves to the exit code once all streams are drained, null when a signal ended it. */
  stop(): Promise<number | null>
}

/**
 * The real server/main.ts as a process of its own, answering /readyz and with its welcome said to the last line.
 * Rejects with its output when it ends before that.
 */
export async function startWaybill(options: StartWaybill = {}): Promise<RunningWaybill> {
  const { runDirectory } = testServices()
  const dataDir = options.dataDir ?? join(makeReachable(mkdtempSync(join(runDirectory, 'waybill-'))), 'data')
  const port = options.port ?? (await freePort())
  const root = fileURLToPath(new URL('..', import.meta.url))
  // Just as `npm start` does, flags included.
  const words = packageJson.scripts.start.split(' ')
  const command = words.slice(words.indexOf('node') + 1)
  const [program, args] = options.withNpm ? ['npm', ['start']] : [process.execPath, command]
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: runDirectory,
      NODE_ENV: 'production',
      PORT: String(port),
      WAYBILL_DATA_DIR: dataDir,
      ...(options.databaseUrl !== undefined && { DATABASE_URL: options.databaseUrl }),
      ...(options.valkeyUrl !== undefined && { VALKEY_URL: options.valkeyUrl }),
      ...options.env,
    },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  await once(child, 'spawn')
  const pid = child.pid ?? 0
  const untrack = trackProcess(runDirectory, pid)
  // `close`, not `exit`: its last lines may still be on their way.
  const closed = once(child, 'close').then(([code]: (number | null)[]) => {
    untrack()
    return code ?? null
  })
  const isRunning = () => child.exitCode === null && child.signalCode === null
  const end = async (signal: NodeJS.Signals) => {
    if (isRunning()) child.kill(signal)
    return closed
  }
  const url = `http://127.0.0.1:${port}`
  const until = Date.now() + 120_000
  // It answers before it has said how to sign in, and whoever reads the link wants to find it.
  const hasStarted = async () => /^Sign in/m.test(stdout) && (await isReady(url))
  while (!(await hasStarted())) {
    if (isRunning() && Date.now() < until) {
      await sleep(25)
      continue
    }
    const code = await end('SIGKILL')
    throw new Error(`server/main.ts did not become ready (exit code ${code})\n${stdout}${stderr}`)
  }
  return {
    url,
    key: readKey(dataDir),
    dataDir,
    pid,
    stdout: () => stdout,
    stderr: () => stderr,
    kill9: async () => {
      await end('SIGKILL')
    },
    stop: () => end('SIGTERM'),
    [Symbol.asyncDispose]: async () => {
      await end('SIGTERM')
    },
  }
}

/** Made by mkdtemp a directory is root's alone, and the databases would go to /var/lib, where they outlive the run. */
export function makeReachable(directory: string): string {
  chmodSync(directory, 0o755)
  return directory
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`)
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

function readKey(dataDir: string): string | undefined {
  try {
    return readFileSync(join(dataDir, 'key'), 'utf8').trim()
  } catch {
    return undefined
  }
}
