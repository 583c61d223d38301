import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { ArrivalsMessage, ArrivalsTask } from '#bench/startArrivals.ts'

/**
 * The process behind startArrivals. A frame has arrived when its last byte has; only the newest id of each read is
 * looked at, since parsing every frame would cost the core that is being measured.
 */
const idLine = Buffer.from('\nid: ')
const chunkEnd = Buffer.from('\n\n\r\n')

const [{ urls, key, clients }] = (await once(process, 'message')) as [ArrivalsTask]
/** per client: job, then pairs of (seq up to which all has arrived, nanoseconds) */
const arrivals: { job: number; last: number; seen: number[] }[] = []
let ready = 0

for (let at = 0; at < clients; at++) {
  const job = at % urls.length
  const { hostname, port, pathname } = new URL(urls[job] ?? '')
  const socket = connect(Number(port), hostname)
  socket.write(`GET ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${key}\r\n\r\n`)
  socket.on('error', fail)
  socket.on('close', fail)
  follow(socket, job)
}

function follow(socket: Socket, job: number): void {
  const own = { job, last: 0, seen: [] as number[] }
  arrivals.push(own)
  let isFirst = true
  socket.on('data', (bytes: Buffer) => {
    const now = Number(process.hrtime.bigint())
    if (isFirst && ++ready === clients) process.send?.('ready')
    isFirst = false
    const last = lastWhole(bytes)
    if (last <= own.last) return
    own.last = last
    own.seen.push(last, now)
  })
}

function lastWhole(bytes: Buffer): number {
  const at = bytes.lastIndexOf(idLine)
  if (at === -1) return 0
  const id = Number.parseInt(bytes.toString('latin1', at + idLine.length, at + idLine.length + 16), 10)
  return bytes.subarray(-chunkEnd.length).equals(chunkEnd) ? id : id - 1
}

/** Latencies of all frames at all clients whose sending is known; forgets what it has seen. */
process.on('message', ({ sent }: ArrivalsMessage) => {
  const times: number[] = []
  for (const own of arrivals) {
    const sentAt = new Map(sent[own.job])
    let from = 0
    for (let at = 0; at < own.seen.length; at += 2) {
      const [last = 0, now = 0] = own.seen.slice(at, at + 2)
      for (let seq = from + 1; seq <= last; seq++) {
        const began = sentAt.get(seq)
        if (began !== undefined) times.push((now - began) / 1e6)
      }
      from = last
    }
    own.seen = []
  }
  times.sort((a, b) => a - b)
  const quantile = (share: number) => times[Math.floor(share * times.length)] ?? Number.NaN
  process.send?.({ count: times.length, p50: quantile(0.5), p99: quantile(0.99) })
})

function fail(): void {
  process.stderr.write("a follower's connection ended\n")
  process.exit(1)
}
