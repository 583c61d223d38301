import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { childEnv } from '#server/embedded/childEnv.ts'

/** A living process: its whole command line, and a start time that no later process with the same pid shares. */
export type FoundProcess = { args: string; startedAt: string }

/**
 * Looks a pid up. Undefined when no such process lives; a zombie counts as gone, since in a container nobody may ever
 * reap it and waiting for it would take for ever.
 */
export function findProcess(pid: number): FoundProcess | undefined {
  return existsSync('/proc/self/stat') ? readProc(pid) : askPs(pid)
}

function readProc(pid: number): FoundProcess | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command name may hold spaces and parentheses: fields are counted from the last one (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    // Ticks since boot repeat after a reboot; the boot's own id keeps two boots apart.
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return { args, startedAt: `${boot}/${fields[19] ?? ''}` }
  } catch {
    return undefined
  }
}

function askPs(pid: number): FoundProcess | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=,args=', '-p', String(pid)], {
      encoding: 'utf8',
      env: childEnv,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
    const [state = 'Z', ...rest] = line.split(/\s+/)
    if (state.startsWith('Z')) return undefined
    return { args: rest.slice(5).join(' '), startedAt: rest.slice(0, 5).join(' ') }
  } catch {
    return undefined
  }
}
