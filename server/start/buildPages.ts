import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isWaybillError, WaybillError } from '#domain/errors.ts'
import { type DirectoryLock, lockDirectory } from '#server/embedded/lockDirectory.ts'
import { pagesDirectory, pagesEnvironment } from '#server/env.ts'
import { fingerprintSources } from '#server/start/fingerprint.ts'

/**
 * Builds the pages unless the build that is there was made of exactly these sources. Of processes that start at once
 * one builds and the others wait for it.
 *
 * @throws WaybillError INTERNAL with the build's last lines
 */
export async function buildPages(root: string, say: (line: string) => void): Promise<void> {
  const fingerprint = await fingerprintSources(root)
  const stamp = join(root, pagesDirectory, 'waybill-sources')
  if (await isCurrent(stamp, fingerprint)) return
  const lock = await waitForLock(join(root, 'node_modules', '.cache', 'waybill-build'), say)
  try {
    if (await isCurrent(stamp, fingerprint)) return
    say('building the pages; the next start finds them')
    await runBuild(root, say)
    await writeFile(stamp, fingerprint)
  } finally {
    lock.release()
  }
}

async function isCurrent(stamp: string, fingerprint: string): Promise<boolean> {
  return (await readFile(stamp, 'utf8').catch(() => null)) === fingerprint
}

async function waitForLock(directory: string, say: (line: string) => void): Promise<DirectoryLock> {
  await mkdir(directory, { recursive: true })
  for (let tries = 0; ; tries++) {
    try {
      return await lockDirectory(directory)
    } catch (error) {
      if (!isWaybillError(error) || error.code !== 'DATA_DIR_IN_USE') throw error
      if (tries === 0) say(`the Waybill with pid ${error.details.pid} is building the pages; waiting for it`)
      await sleep(200)
    }
  }
}

async function runBuild(root: string, say: (line: string) => void): Promise<void> {
  const next = join(root, 'node_modules', 'next', 'dist', 'bin', 'next')
  const child = spawn(process.execPath, [next, 'build'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: pagesEnvironment(),
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-8192)
    })
  }
  const begin = performance.now()
  const ticking = setInterval(
    () => say(`building the pages: ${Math.round((performance.now() - begin) / 1000)} s`),
    5000,
  )
  // A start that ends halfway must not leave a build behind that keeps both cores busy.
  const stopChild = () => child.kill('SIGKILL')
  process.once('exit', stopChild)
  try {
    const [code] = await once(child, 'close')
    if (code !== 0)
      throw new WaybillError('INTERNAL', `The pages could not be built (exit code ${code}):\n${output.trim()}`)
  } finally {
    clearInterval(ticking)
    process.off('exit', stopChild)
  }
}
