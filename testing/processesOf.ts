import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProcess } from '#server/embedded/findProcess.ts'

export type RunProcess = { pid: number; args: string; isPostgres: boolean }

/**
 * Every living process of a test run: the tracked ones, and those that carry the run's directory, which no other process
 * on the machine has, in their command line (the databases, also those started by a Waybill that was killed).
 */
export function processesOf(runDirectory: string): RunProcess[] {
  const tracked = readdirIfThere(join(runDirectory, 'processes'))
    .filter((name) => findProcess(Number(name)) !== undefined)
    .map(Number)
  const pids = new Set([...tracked, ...allPids()])
  pids.delete(process.pid)
  return [...pids].flatMap((pid) => {
    const args = findProcess(pid)?.args
    if (args === undefined || args.includes('reaper.ts')) return []
    if (!tracked.includes(pid) && !args.includes(runDirectory)) return []
    return [{ pid, args, isPostgres: args.includes('/postgres -D ') }]
  })
}

/** Marks a process as one of the run, until the returned function is called at its end. */
export function trackProcess(runDirectory: string, pid: number): () => void {
  const mark = join(runDirectory, 'processes', String(pid))
  writeFileSync(mark, '')
  return () => rmSync(mark, { force: true })
}

function allPids(): number[] {
  const names = existsSync('/proc/self/stat')
    ? readdirSync('/proc')
    : execFileSync('ps', ['-axo', 'pid='], { encoding: 'utf8' }).split('\n')
  return names.map((name) => Number(name.trim())).filter((pid) => Number.isInteger(pid) && pid > 0)
}

function readdirIfThere(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : []
}
