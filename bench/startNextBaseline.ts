import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from '#server/embedded/freePort.ts'
import { trackProcess } from '#testing/processesOf.ts'
import { testServices } from '#testing/services.ts'

export type NextBaseline = AsyncDisposable & {
  /** to be followed by clients */
  url: string
  /** Sends batches of frames to all who have connected. */
  send(batches: readonly (readonly string[])[]): Promise<void>
}

/** Builds and starts bench/nextBaseline, a Next app of its own, outside the project so that it finds none of its settings. */
export async function startNextBaseline(): Promise<NextBaseline> {
  const { runDirectory } = testServices()
  const root = fileURLToPath(new URL('..', import.meta.url))
  const directory = mkdtempSync(join(runDirectory, 'next-'))
  cpSync(join(root, 'bench', 'nextBaseline'), directory, { recursive: true })
  writeFileSync(join(directory, 'package.json'), '{"private":true}')
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
  const program = join(root, 'node_modules', 'next', 'dist', 'bin', 'next')
  const env = { PATH: process.env.PATH, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' } as const
  // Turbopack does not follow the link out of the directory.
  await promisify(execFile)(process.execPath, [program, 'build', '--webpack'], { cwd: directory, env })

  const port = await freePort()
  const child = spawn(process.execPath, [program, 'start', '-H', '127.0.0.1', '-p', String(port)], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
  })
  await once(child, 'spawn')
  const untrack = trackProcess(runDirectory, child.pid ?? 0)
  const ended = once(child, 'close').then(untrack)
  const url = `http://127.0.0.1:${port}/stream`
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`next start ended with code ${child.exitCode}`)
    await sleep(50)
  }
  return {
    url,
    send: async (batches) => {
      const { ok, status } = await fetch(url, { method: 'POST', body: JSON.stringify(batches) })
      if (!ok) throw new Error(`the Next baseline answered ${status}`)
    },
    [Symbol.asyncDispose]: async () => {
      // On SIGTERM it would wait for its streams.
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { method: 'POST', body: '[]' })).ok
  } catch {
    return false
  }
}
