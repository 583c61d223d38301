import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findProcess } from '#server/embedded/findProcess.ts'
import { lockDirectory } from '#server/embedded/lockDirectory.ts'
import { startScript } from '#testing/script.ts'
import { testServices } from '#testing/services.ts'

function newDirectory() {
  const path = mkdtempSync(join(testServices().runDirectory, 'lock-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}

/** A process that takes the lock, says so, and keeps it until it is ended. */
const holder = (path: string) => `
  import { lockDirectory } from '#server/embedded/lockDirectory.ts'
  await lockDirectory(${JSON.stringify(path)})
  console.log('locked')
  setInterval(() => {}, 1000)`

test('refuses a directory that a living process holds, naming its pid, and gives it when that one ends', async () => {
  using directory = newDirectory()
  const other = await startScript(holder(directory.path))
  await other.line('locked')
  await expect(lockDirectory(directory.path)).rejects.toMatchObject({
    code: 'DATA_DIR_IN_USE',
    message: expect.stringContaining(`pid ${other.pid}`),
  })
  await other.end('SIGKILL')
  const lock = await lockDirectory(directory.path)
  lock.release()
  expect(existsSync(join(directory.path, 'lock'))).toBe(false)
})

test('takes a lock whose pid belongs to another process by now', async () => {
  using directory = newDirectory()
  expect(findProcess(process.ppid)).toBeDefined()
  writeFileSync(join(directory.path, 'lock'), JSON.stringify({ pid: process.ppid, startedAt: 'before the reboot' }))
  const lock = await lockDirectory(directory.path)
  lock.release()
})

test('takes a lock file that holds nothing readable', async () => {
  using directory = newDirectory()
  writeFileSync(join(directory.path, 'lock'), '')
  const lock = await lockDirectory(directory.path)
  lock.release()
})

test('gives a stale lock to exactly one of many that heal it at once', async () => {
  using directory = newDirectory()
  for (let round = 0; round < 3; round += 1) {
    writeFileSync(join(directory.path, 'lock'), JSON.stringify({ pid: 999_999_999, startedAt: 'long ago' }))
    const scripts = await Promise.all(Array.from({ length: 4 }, () => startScript(holder(directory.path))))
    const outcomes = await Promise.all(scripts.map((script) => Promise.race([script.line('locked'), script.ended])))
    expect(outcomes.filter((outcome) => outcome === 'locked')).toHaveLength(1)
    await Promise.all(scripts.map((script) => script.end('SIGKILL')))
  }
})

test('gives the directory back when the process exits without releasing it', async () => {
  using directory = newDirectory()
  const script = await startScript(`
    import { lockDirectory } from '#server/embedded/lockDirectory.ts'
    await lockDirectory(${JSON.stringify(directory.path)})
    process.exit(0)`)
  expect(await script.ended).toMatchObject({ code: 0 })
  expect(existsSync(join(directory.path, 'lock'))).toBe(false)
})
