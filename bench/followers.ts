import { once } from 'node:events'
import { connect } from 'node:net'
import type { FollowersTask } from '#bench/startFollowers.ts'

/** The process behind startFollowers: says "ready" when all clients have connected, ends when all have their last frame. */
const [{ urls, key, clients, last }] = (await once(process, 'message')) as [FollowersTask]
const lastFrame = last === undefined ? null : Buffer.from(`\nid: ${last}\n`)
/** Connecting at the same time: more would overflow the server's queue, and wait a second to try again. */
const AT_ONCE = 100
let begun = 0
let ready = 0
let finished = 0

function open(): void {
  const { hostname, port, pathname } = new URL(urls[begun++ % urls.length] ?? '')
  const socket = connect(Number(port), hostname)
  socket.setNoDelay()
  socket.on('error', fail)
  socket.on('close', fail)
  socket.write(
    `GET ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${key}\r\naccept: text/event-stream\r\n\r\n`,
  )
  let isFirst = true
  let tail = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    if (isFirst) {
      isFirst = false
      if (begun < clients) open()
      if (++ready === clients) process.send?.('ready')
    }
    if (lastFrame === null) return
    const bytes = Buffer.concat([tail, chunk])
    tail = bytes.subarray(Math.max(0, bytes.length - lastFrame.length))
    if (bytes.includes(lastFrame) && ++finished === clients) process.exit(0)
  })
}

function fail(): void {
  process.stderr.write(`a follower's connection ended, ${clients - finished} were not done\n`)
  process.exit(1)
}

for (let at = 0; at < Math.min(AT_ONCE, clients); at++) open()
