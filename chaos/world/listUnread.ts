import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Between two looks: whoever reads has taken something in that time. */
const LOOK_MS = 2000

/**
 * The clients of a server on this machine for whom bytes wait in the kernel and go on waiting, by their port. Whom the
 * kernel holds everything for is not among them: to its server it has read all (Linux, proc(5), /proc/net/tcp).
 */
export async function listUnread(port: number): Promise<Set<number>> {
  const before = waitingBytes(port)
  await sleep(LOOK_MS)
  const after = waitingBytes(port)
  return new Set([...before].filter(([client, bytes]) => after.get(client) === bytes).map(([client]) => client))
}

function waitingBytes(port: number): Map<number, number> {
  const waiting = new Map<number, number>()
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)) {
    const [, local, remote, state, queues] = line.trim().split(/\s+/)
    const bytes = Number.parseInt(queues?.split(':')[0] ?? '0', 16)
    // 01: established.
    if (portOf(local) === port && state === '01' && bytes > 0) waiting.set(portOf(remote), bytes)
  }
  return waiting
}

function portOf(address = ''): number {
  return Number.parseInt(address.split(':')[1] ?? '', 16)
}
