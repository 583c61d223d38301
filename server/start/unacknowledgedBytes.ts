import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { endianness } from 'node:os'

/** By `clientOf` a socket: bytes that the kernel holds for its client, which has not acknowledged them. */
export type UnacknowledgedBytes = Map<string, number>

/**
 * What the kernel knows of all connections to a local port (Linux, proc(5), /proc/net/tcp). A socket takes new bytes only
 * once a third of its buffer is free, which may be megabytes: a slow client seems dead to its server for minutes, and
 * acknowledges all the while. Empty where there is no such table.
 */
export async function readUnacknowledged(port: number): Promise<UnacknowledgedBytes> {
  const unacknowledged: UnacknowledgedBytes = new Map()
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  for (const path of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const table = await readFile(path, 'latin1').catch(() => '')
    for (const line of table.split('\n')) {
      if (!line.includes(local)) continue
      const [, own, remote, , queues] = line.trim().split(/\s+/)
      if (!own?.endsWith(local) || remote === undefined) continue
      unacknowledged.set(decodeAddress(remote), Number.parseInt(queues ?? '0', 16))
    }
  }
  return unacknowledged
}

/** A client by its address and port, in one spelling. */
export function clientOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  // On a socket for both families, and with the interface of a link-local address.
  const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '')
  return `${address.includes(':') ? spell(address) : address} ${remotePort}`
}

/** `0100007F:1F90`, or four such words: the bytes of each 32-bit word as the machine keeps them. */
function decodeAddress(text: string): string {
  const [words = '', port = ''] = text.split(':')
  const bytes = Buffer.from(words, 'hex')
  if (endianness() === 'LE') bytes.swap32()
  const address = bytes.length === 4 ? bytes.join('.') : decodeLong(bytes)
  return `${address} ${Number.parseInt(port, 16)}`
}

function decodeLong(bytes: Buffer): string {
  const mapped = bytes.toString('hex').startsWith('00000000000000000000ffff')
  if (mapped) return bytes.subarray(12).join('.')
  return spell(bytes.toString('hex').replace(/(.{4})(?=.)/g, '$1:'))
}

/** IPv6 addresses have many spellings; URLs have one (WHATWG URL §3.5). */
function spell(address: string): string {
  return URL.parse(`http://[${address}]`)?.hostname ?? address
}
