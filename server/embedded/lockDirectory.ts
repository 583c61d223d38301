import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { WaybillError } from '#domain/errors.ts'
import { findProcess } from '#server/embedded/findProcess.ts'

type Holder = { pid: number; startedAt: string }

export type DirectoryLock = { release(): void }

/**
 * Takes `<directory>/lock` for this process, healing one whose process is gone. Two Waybills on one data directory
 * would each take the other's database for a leftover and stop it.
 * Throws DATA_DIR_IN_USE with the pid of the holder. Not promised: containers that share a directory but not their pids.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const lock = join(directory, 'lock')
  const mine = `${lock}.${randomUUID()}`
  const self: Holder = { pid: process.pid, startedAt: findProcess(process.pid)?.startedAt ?? '' }
  const text = JSON.stringify(self)
  // Written aside and linked: the lock appears whole or not at all, so nobody reads half a pid.
  writeFileSync(mine, text, { mode: 0o644 })
  try {
    for (;;) {
      if (tryLink(mine, lock)) {
        // Somebody who judged the former lock stale may be moving this one aside right now and will put it back.
        await sleep(25)
        if (readText(lock) === text) break
        continue
      }
      const seen = readText(lock)
      if (seen === undefined) continue
      refuseIfAlive(seen, directory)
      moveAside(lock, seen)
    }
  } finally {
    rmSync(mine, { force: true })
  }
  const release = () => {
    process.off('exit', release)
    if (readText(lock) === text) rmSync(lock, { force: true })
  }
  process.once('exit', release)
  return { release }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  }
}

function refuseIfAlive(text: string, directory: string): void {
  const holder = parseHolder(text)
  if (holder === undefined) return
  // The pid alone is not enough: after a reboot, or in a restarted container, it is soon somebody else's.
  if (findProcess(holder.pid)?.startedAt !== holder.startedAt) return
  throw new WaybillError(
    'DATA_DIR_IN_USE',
    `${directory} is in use by the Waybill with pid ${holder.pid}. Stop that one, or give this one its own directory: WAYBILL_DATA_DIR=<directory>`,
    { details: { pid: holder.pid, path: directory } },
  )
}

function moveAside(lock: string, stale: string): void {
  const aside = `${lock}.${randomUUID()}`
  try {
    renameSync(lock, aside)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return
    throw error
  }
  // Between our look and our move somebody else may have healed it: what we hold is then their lock, not the stale one.
  if (readText(aside) !== stale) tryLink(aside, lock)
  rmSync(aside, { force: true })
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, startedAt } = JSON.parse(text)
    return Number.isInteger(pid) && typeof startedAt === 'string' ? { pid, startedAt } : undefined
  } catch {
    return undefined
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
