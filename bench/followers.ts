import { connect } from 'node:net'
import type { FollowersTask } from '#bench/startFollowers.ts'

/** The process behind startFollowers: says "ready" when all clients have connected, ends when all have their last frame. */
const task: FollowersTask = JSON.parse(process.argv[2] ?? '')
const { hostname, port } = new URL(task.url)
const lastFrame = Buffer.from(`\nid: ${task.last}\n`)
let waiting = task.clients
let unfinished = task.clients

for (let at = 0; at < task.clients; at++) {
  const socket = connect(Number(port), hostname)
  socket.setNoDelay()
  socket.on('error', fail)
  socket.on('close', fail)
  socket.write(
    `GET ${task.path} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${task.key}\r\naccept: text/event-stream\r\n\r\n`,
  )
  let isFirst = true
  let tail = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    if (isFirst) {
      isFirst = false
      if (--waiting === 0) process.send?.('ready')
    }
    const bytes = Buffer.concat([tail, chunk])
    tail = bytes.subarray(Math.max(0, bytes.length - lastFrame.length))
    if (bytes.includes(lastFrame) && --unfinished === 0) process.exit(0)
  })
}

function fail(): void {
  process.stderr.write(`a follower's connection ended, ${unfinished} were not done\n`)
  process.exit(1)
}
