import { once } from 'node:events'
import type { Server } from 'node:http'

/** Milliseconds that requests under way may take once nothing new is accepted. */
const PATIENCE_MS = 6000

/** Accepts nothing more and waits for the answers under way. Connections that are idle in between are closed. */
export async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  // A connection that is kept alive becomes idle with its last answer, and would stay open for another minute.
  const sweeping = setInterval(() => server.closeIdleConnections(), 50)
  const impatient = setTimeout(() => server.closeAllConnections(), PATIENCE_MS)
  await closed
  clearInterval(sweeping)
  clearTimeout(impatient)
}
