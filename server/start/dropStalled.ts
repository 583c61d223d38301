import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** Milliseconds in which a client takes none of what waits for it; then it is taken for gone. */
const STALL_MS = 30_000
/** What a stream writes at once (server/live/eventStream.ts). */
const WRITE_BYTES = 256 * 1024

/**
 * Resets connections whose client has stopped reading: a tab that sleeps, a laptop that was closed. What waits for it
 * holds memory, and an end in order would have to wait for it too. A follower comes back with its last id.
 *
 * Whether a write is being taken shows only once it is taken whole, so one of more than 256 KiB has longer in proportion.
 * Not promised to clients slower than 9 KiB/s: their streams are cut and taken up again.
 */
export function dropStalled(server: Server, stallMs = STALL_MS): void {
  const sockets = new Map<Socket, { taken: number; since: number }>()
  server.on('connection', (socket) => {
    sockets.set(socket, { taken: 0, since: performance.now() })
    socket.once('close', () => sockets.delete(socket))
  })
  const looking = setInterval(() => {
    const now = performance.now()
    for (const [socket, seen] of sockets) {
      const waiting = socket.writableLength
      const taken = socket.bytesWritten - waiting
      if (waiting === 0 || taken !== seen.taken) sockets.set(socket, { taken, since: now })
      else if (now - seen.since >= stallMs * Math.max(1, waiting / WRITE_BYTES)) socket.resetAndDestroy()
    }
  }, stallMs / 6)
  looking.unref()
  server.once('close', () => clearInterval(looking))
}
