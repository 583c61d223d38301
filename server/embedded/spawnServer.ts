import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs'
import { childEnv } from '#server/embedded/childEnv.ts'

/** Whom a child runs as; undefined: as ourselves. */
export type RunAs = { name: string; uid: number; gid: number }

export type Exit = { code: number | null; signal: NodeJS.Signals | null }

export type ServerProcess = {
  pid: number
  exited: Promise<Exit>
  /** Undefined while it runs. */
  exit(): Exit | undefined
  signal(name: NodeJS.Signals): void
  /** The last lines the server wrote, for an error message. */
  lastLines(): string
}

export type ServerCommand = {
  command: string
  args: readonly string[]
  /** A directory the user can enter: PostgreSQL refuses to start where it cannot. */
  cwd: string
  logFile: string
  user: RunAs | undefined
  /** Ends the server quickly but cleanly; sent when this process exits without having stopped it. */
  quitSignal: NodeJS.Signals
}

/**
 * Starts a server as a child in its own process group: a Ctrl-C in our terminal reaches us alone, and we stop the
 * servers after the last write. Its output goes to a file, which, unlike a pipe, survives us and never blocks it.
 * Rejects when the command cannot be executed.
 */
export async function spawnServer(options: ServerCommand): Promise<ServerProcess> {
  const { command, args, cwd, logFile, user, quitSignal } = options
  // The former run's lines, which say why it ended, are kept until the run after this one.
  if (existsSync(logFile)) renameSync(logFile, `${logFile}.old`)
  const log = openSync(logFile, 'w', 0o600)
  const child = spawn(command, args, {
    cwd,
    detached: true,
    stdio: ['ignore', log, log],
    env: childEnv,
    ...(user && { uid: user.uid, gid: user.gid }),
  })
  closeSync(log)
  let exit: Exit | undefined
  const signal = (name: NodeJS.Signals) => {
    if (exit === undefined) child.kill(name)
  }
  // In its own group it would outlive an exit of ours that forgot to stop it.
  const quit = () => signal(quitSignal)
  process.once('exit', quit)
  const exited = new Promise<Exit>((resolve) => {
    const end = (code: number | null, name: NodeJS.Signals | null) => {
      exit = { code, signal: name }
      process.off('exit', quit)
      resolve(exit)
    }
    child.once('exit', end)
    child.once('error', () => end(null, null))
  })
  await once(child, 'spawn')
  return {
    pid: child.pid ?? 0,
    exited,
    exit: () => exit,
    signal,
    lastLines: () => lastLines(logFile),
  }
}

function lastLines(logFile: string): string {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-20).join('\n')
  } catch {
    return ''
  }
}
