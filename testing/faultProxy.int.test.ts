import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { openFaultProxy } from '#testing/faultProxy.ts'
import { waitFor } from '#testing/waitFor.ts'

/** A server that says back what it hears. */
async function startEcho() {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    socket.pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function dial(port: number) {
  const socket = connect(port, '127.0.0.1')
  let heard = ''
  let chunks = 0
  let closed = false
  socket.on('error', () => {})
  socket.on('close', () => {
    closed = true
  })
  socket.on('data', (chunk) => {
    heard += chunk
    chunks++
  })
  return {
    say: (text: string) => socket.write(text),
    heard: () => heard,
    chunks: () => chunks,
    isClosed: () => closed,
    [Symbol.dispose]: () => socket.destroy(),
  }
}

describe('openFaultProxy', () => {
  it('carries everything unchanged while nothing is asked of it', async () => {
    await using echo = await startEcho()
    await using proxy = await openFaultProxy(echo.port)
    using client = dial(proxy.port)
    const text = 'x'.repeat(300_000)
    client.say(text)
    await waitFor(() => client.heard().length === text.length)
    expect(client.heard()).toBe(text)
  })

  it('delivers single bytes in order', async () => {
    await using echo = await startEcho()
    await using proxy = await openFaultProxy(echo.port)
    proxy.shape('toClient', { kind: 'slice' })
    using client = dial(proxy.port)
    const text = 'abcdefghij'.repeat(20)
    client.say(text)
    await waitFor(() => client.heard().length === text.length)
    expect(client.heard()).toBe(text)
    expect(client.chunks()).toBeGreaterThan(20)
  })

  it('keeps a connection silent for good once it lost something, and serves new ones', async () => {
    await using echo = await startEcho()
    await using proxy = await openFaultProxy(echo.port)
    using lost = dial(proxy.port)
    lost.say('a')
    await waitFor(() => lost.heard() === 'a')
    proxy.shape('toClient', { kind: 'lose' })
    lost.say('b')
    using other = dial(proxy.port)
    other.say('c')
    await new Promise((resolve) => setTimeout(resolve, 50))
    proxy.shape('toClient', { kind: 'pass' })
    lost.say('d')
    using fresh = dial(proxy.port)
    fresh.say('e')
    await waitFor(() => fresh.heard() === 'e')
    expect([lost.heard(), lost.isClosed()]).toEqual(['a', false])
  })

  it('cuts a connection at the byte it was told to, and the answer to what it saw', async () => {
    await using echo = await startEcho()
    await using proxy = await openFaultProxy(echo.port)
    const stop = proxy.intercept('toServer', 'commit', ({ chunk, cut, onAnswer }) => {
      onAnswer(({ chunk: answer }) => {
        cut()
        return answer.subarray(0, 3)
      })
      return chunk
    })
    using client = dial(proxy.port)
    client.say('begin')
    await waitFor(() => client.heard() === 'begin')
    client.say('commit')
    await waitFor(() => client.isClosed())
    expect('begincom'.startsWith(client.heard())).toBe(true)
    stop()
    using next = dial(proxy.port)
    next.say('commit')
    await waitFor(() => next.heard() === 'commit')
  })

  it('refuses new connections and resets those it has', async () => {
    await using echo = await startEcho()
    await using proxy = await openFaultProxy(echo.port)
    using client = dial(proxy.port)
    client.say('a')
    await waitFor(() => client.heard() === 'a')
    proxy.refuse(true)
    proxy.cut()
    await waitFor(() => client.isClosed())
    using late = dial(proxy.port)
    await waitFor(() => late.isClosed())
    expect(late.heard()).toBe('')
  })
})
