import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { dropStalled } from '#server/start/dropStalled.ts'
import { waitFor } from '#testing/waitFor.ts'

/** Far more than the buffers of two sockets on one machine. */
const BYTES = 32 * 1024 * 1024
const PIECE = 64 * 1024
const STALL_MS = 300

function* pieces() {
  for (let sent = 0; sent < BYTES; sent += PIECE) yield Buffer.alloc(PIECE)
}

/** A server that says much and counts whom it still says it to. */
async function startTalker(stallMs = STALL_MS) {
  let open = 0
  const server = createServer((request, response) => {
    open++
    response.on('close', () => open--)
    if (request.url === '/quiet') response.write('hello')
    else Readable.from(pieces()).pipe(response)
  })
  dropStalled(server, stallMs)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    open: () => open,
    ask: async (path: string): Promise<IncomingMessage> => {
      const request = get({ port: (server.address() as AddressInfo).port, path, agent: false })
      const [response] = await once(request, 'response')
      request.on('error', () => {})
      return response.on('error', () => {})
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

it('lets go of a client that takes nothing, and tells it so once it reads again', async () => {
  await using talker = await startTalker()
  const response = await talker.ask('/much')
  await waitFor(() => talker.open() === 0)
  let read = 0
  response.on('data', (chunk) => {
    read += chunk.length
  })
  await waitFor(() => response.closed)
  expect(read).toBeLessThan(BYTES)
})

it('keeps a client that has nothing to take, and one that reads slowly', async () => {
  await using talker = await startTalker()
  const quiet = await talker.ask('/quiet')
  const slow = await talker.ask('/much')
  let read = 0
  slow.on('data', (chunk) => {
    read += chunk.length
    slow.pause()
    setTimeout(() => slow.resume(), 1)
  })
  await Promise.race([sleep(STALL_MS * 4), once(slow, 'close')])
  expect(talker.open()).toBeGreaterThan(0)
  expect(quiet.closed).toBe(false)
  await waitFor(() => read === BYTES)
})

it('keeps a client that reads so slowly that its kernel asks for nothing in all that time', async () => {
  // Linux takes new bytes once a third of its buffer is free: here, after more than a second.
  const stallMs = 1000
  const bytesPerMs = 600
  await using talker = await startTalker(stallMs)
  const response = await talker.ask('/much')
  const began = performance.now()
  let read = 0
  const allowed = () => (performance.now() - began) * bytesPerMs
  const timer = setInterval(() => read < allowed() && response.resume(), 20)
  response.on('data', (chunk) => {
    read += chunk.length
    if (read > allowed()) response.pause()
  })
  await Promise.race([waitFor(() => read > 6 * stallMs * bytesPerMs), once(response, 'close')])
  clearInterval(timer)
  expect([response.closed, talker.open()]).toEqual([false, 1])
})
