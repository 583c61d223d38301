import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { clientOf, readUnacknowledged, type UnacknowledgedBytes } from '#server/start/unacknowledgedBytes.ts'

/** Milliseconds in which a client takes none of what waits for it; then it is taken for gone. */
const STALL_MS = 30_000
/** What a stream writes at once (server/live/eventStream.ts). */
const WRITE_BYTES = 256 * 1024

/** How far a client had come when it was last seen to take something, and when that was. */
type Progress = { taken: number; unacknowledged: number | undefined; since: number }

/**
 * Resets connections whose client has stopped reading: a tab that sleeps, a laptop that was closed. What waits for it
 * holds memory, and an end in order would have to wait for it too. A follower comes back with its last id.
 *
 * Whether a write is being taken shows to Node only once it is taken whole, so one of more than 256 KiB has longer in
 * proportion; the kernel sees acknowledgements, and is asked about whoever seems to stand still. Not promised where it
 * does not tell (other than Linux) to clients slower than some 50 KiB/s: their streams are cut and taken up again.
 */
export function dropStalled(server: Server, stallMs = STALL_MS): void {
  const sockets = new Set<Socket>()
  const waiting = new Map<Socket, Progress>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      waiting.delete(socket)
    })
  })

  async function look(): Promise<void> {
    for (const socket of sockets) if (socket.writableLength === 0) waiting.delete(socket)
    const held = [...sockets].filter(({ writableLength }) => writableLength > 0)
    const suspect = held.find((socket) => waiting.get(socket)?.taken === takenOf(socket))
    const known: UnacknowledgedBytes =
      suspect?.localPort === undefined ? new Map() : await readUnacknowledged(suspect.localPort)
    for (const socket of held) judge(socket, known.get(clientOf(socket)))
  }

  function judge(socket: Socket, unacknowledged: number | undefined): void {
    // Gone or level while the kernel was asked.
    if (socket.destroyed || socket.writableLength === 0) return
    const taken = takenOf(socket)
    const before = waiting.get(socket)
    const now = performance.now()
    if (before?.taken !== taken || (before.unacknowledged ?? unacknowledged) !== unacknowledged) {
      waiting.set(socket, { taken, unacknowledged, since: now })
      return
    }
    before.unacknowledged = unacknowledged
    if (now - before.since >= stallMs * Math.max(1, socket.writableLength / WRITE_BYTES)) socket.resetAndDestroy()
  }

  let isClosed = false
  let timer: NodeJS.Timeout | undefined
  const next = () => {
    if (isClosed) return
    timer = setTimeout(() => void look().finally(next), stallMs / 6)
    timer.unref()
  }
  next()
  server.once('close', () => {
    isClosed = true
    clearTimeout(timer)
  })
}

/** Bytes that the kernel has taken, in whole writes. */
function takenOf(socket: Socket): number {
  return socket.bytesWritten - socket.writableLength
}
