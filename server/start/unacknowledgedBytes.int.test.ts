import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { platform } from 'node:os'
import { expect, it } from 'vitest'
import { clientOf, readUnacknowledged } from '#server/start/unacknowledgedBytes.ts'
import { waitFor } from '#testing/waitFor.ts'

it.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '::1'],
  ['::', '127.0.0.1'],
])('finds what a client that does not read owes to a server at %s, who calls from %s', async (host, from) => {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const [client, quiet] = [connect(port, from).pause(), connect(port, from).pause()]
  const sockets: Socket[] = []
  server.on('connection', (socket) => sockets.push(socket))
  await waitFor(() => sockets.length === 2)
  for (const socket of [client, quiet, ...sockets]) socket.on('error', () => {})
  const talker = sockets.find(({ remotePort }) => remotePort === client.localPort)
  const silent = sockets.find(({ remotePort }) => remotePort === quiet.localPort)
  talker?.write(Buffer.alloc(32 * 1024 * 1024))
  // Elsewhere nobody tells, and nobody is to be named.
  const isLinux = platform() === 'linux'
  const owes = async (socket = talker) => {
    const known = await readUnacknowledged(port)
    return socket === undefined ? undefined : known.get(clientOf(socket))
  }
  await waitFor(async () => ((await owes()) ?? 0) > 100_000 || !isLinux)
  expect(await owes(silent)).toBe(isLinux ? 0 : undefined)
  for (const socket of [client, quiet]) socket.destroy()
  server.close()
  await once(server, 'close')
})
