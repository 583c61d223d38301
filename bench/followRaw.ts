import { connect } from 'node:net'
import type { Stage } from '#bench/stage.ts'

const frameStart = Buffer.from('\nid: ')

/** A client that only counts `id:` lines as they arrive: parsing would cost the core that is being measured. */
export async function followRaw(
  { server, key }: Pick<Stage, 'server' | 'key'>,
  jobId: string,
  onFrames: (count: number) => void,
): Promise<{ close(): void }> {
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  socket.write(
    `GET /runner-jobs/${jobId}/events/stream HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${key}\r\naccept: text/event-stream\r\n\r\n`,
  )
  let tail = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    const bytes = Buffer.concat([tail, chunk])
    let count = 0
    let end = 0
    for (let at = bytes.indexOf(frameStart); at !== -1; at = bytes.indexOf(frameStart, end)) {
      count++
      end = at + frameStart.length
    }
    tail = bytes.subarray(Math.max(end, bytes.length - frameStart.length + 1))
    if (count > 0) onFrames(count)
  })
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  return { close: () => socket.destroy() }
}
