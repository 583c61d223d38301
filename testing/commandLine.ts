import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { trackProcess } from '#testing/processesOf.ts'
import { testServices } from '#testing/services.ts'
import { waitFor } from '#testing/waitFor.ts'

export type CliEnd = { code: number | null; signal: NodeJS.Signals | null; stdout: Buffer; stderr: string }

export type CliProcess = AsyncDisposable & {
  pid: number
  ended: Promise<CliEnd>
  stdout(): string
  stderr(): string
  /** Resolves once stdout or stderr holds the text. */
  shows(text: string): Promise<void>
  kill(signal: NodeJS.Signals): void
  /** The signal to it and everything it started, as a terminal does it. */
  killGroup(signal: NodeJS.Signals): void
  /** Whoever read its output goes away. */
  closeStdout(): void
  /** Whoever reads its output takes no more for a while. */
  pauseStdout(): void
  resumeStdout(): void
}

export type CliCaller = { url: string; key?: string | undefined }
export type CliOptions = {
  cwd?: string
  input?: string | Buffer
  env?: Record<string, string>
  program?: readonly string[]
}

const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url))

/** An empty directory, removed with the run: without a key above it. */
export function emptyDirectory(): string {
  return mkdtempSync(join(testServices().runDirectory, 'cli-'))
}

/** The command line as a process of its own, in an empty directory unless told otherwise. */
export async function startCli(
  { url, key }: CliCaller,
  args: readonly string[],
  { cwd = emptyDirectory(), input, env = {}, program = [process.execPath, main] }: CliOptions = {},
): Promise<CliProcess> {
  const { runDirectory } = testServices()
  const [file = '', ...before] = program
  const child = spawn(file, [...before, ...args], {
    cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: {
      PATH: process.env.PATH,
      HOME: runDirectory,
      NODE_ENV: 'production',
      WAYBILL_URL: url,
      ...(key !== undefined && { WAYBILL_KEY: key }),
      ...env,
    },
  })
  await once(child, 'spawn')
  const pid = child.pid ?? 0
  const untrack = trackProcess(runDirectory, pid)
  const out: Buffer[] = []
  let stderr = ''
  child.stdout.on('data', (data: Buffer) => out.push(data))
  child.stderr.on('data', (data: Buffer) => {
    stderr += data
  })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const stdout = () => Buffer.concat(out)
  const ended = once(child, 'close').then(([code, signal]): CliEnd => {
    untrack()
    return { code, signal, stdout: stdout(), stderr }
  })
  const isRunning = () => child.exitCode === null && child.signalCode === null
  return {
    pid,
    ended,
    stdout: () => stdout().toString(),
    stderr: () => stderr,
    shows: async (text) => {
      await waitFor(() => `${stdout()}${stderr}`.includes(text) || !isRunning())
      if (!`${stdout()}${stderr}`.includes(text))
        throw new Error(`it ended without showing "${text}":\n${stdout()}${stderr}`)
    },
    kill: (signal) => child.kill(signal),
    killGroup: (signal) => process.kill(-pid, signal),
    closeStdout: () => child.stdout.destroy(),
    pauseStdout: () => child.stdout.pause(),
    resumeStdout: () => child.stdout.resume(),
    [Symbol.asyncDispose]: async () => {
      if (isRunning()) child.kill('SIGKILL')
      await ended
    },
  }
}

export async function runCli(caller: CliCaller, args: readonly string[], options: CliOptions = {}): Promise<CliEnd> {
  await using cli = await startCli(caller, args, options)
  return await cli.ended
}

/** The job that `waybill run` says it records. */
export function jobIn(stderr: string): string {
  const [, jobId] = /\/jobs\/([0-9a-f-]{36})/.exec(stderr) ?? []
  if (jobId === undefined) throw new Error(`no job in:\n${stderr}`)
  return jobId
}
