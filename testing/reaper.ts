import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { processesOf } from '#testing/processesOf.ts'

export type Reaper = {
  /** Ends what still runs below the run directory, removes it, and ends the reaper. */
  sweep(): Promise<void>
}

/**
 * Starts a process of its own that cleans up after this run however it ends: vitest leaves a millisecond after SIGINT,
 * and a kill -9 leaves none. It notices by its standard input closing.
 */
export async function startReaper(runDirectory: string): Promise<Reaper> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), runDirectory], {
    // In its own group, so that the Ctrl-C that ends the run does not end its cleaning.
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  await once(child, 'spawn')
  const ended = once(child, 'exit')
  child.unref()
  return {
    sweep: async () => {
      child.ref()
      child.stdin.end()
      await ended
    },
  }
}

async function reap(runDirectory: string): Promise<void> {
  process.stdin.resume()
  await once(process.stdin, 'close')
  const until = Date.now() + 10_000
  for (let found = processesOf(runDirectory); found.length > 0; found = processesOf(runDirectory)) {
    for (const { pid, isPostgres } of found) {
      try {
        // A killed postmaster leaves shared memory behind; SIGQUIT is its own way to end at once.
        process.kill(pid, isPostgres && Date.now() < until ? 'SIGQUIT' : 'SIGKILL')
      } catch {
        // Gone meanwhile.
      }
    }
    await sleep(50)
  }
  rmSync(runDirectory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
}

const [, script, runDirectory] = process.argv
if (script === fileURLToPath(import.meta.url) && runDirectory !== undefined) await reap(runDirectory)
