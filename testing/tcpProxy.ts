import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type TcpProxy = AsyncDisposable & {
  port: number
  /** Connections stay open but carry nothing any more, in either direction; new ones are accepted and carry nothing. */
  freeze(): void
  /** New connections work again; frozen ones stay as they are, as after a lost route. */
  thaw(): void
  /** Resets all connections. */
  cut(): void
}

/** Stands between a client and a server on this machine, to do what networks do. */
export async function openTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<{ near: Socket; far: Socket }>()
  let frozen = false
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1')
    const pair = { near, far }
    pairs.add(pair)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => {
        other.destroy()
        pairs.delete(pair)
      })
    }
    if (frozen) return
    near.pipe(far)
    far.pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const { near } of pairs) near.resetAndDestroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    freeze() {
      frozen = true
      for (const { near, far } of pairs) {
        near.unpipe(far).pause()
        far.unpipe(near).pause()
      }
    },
    thaw() {
      frozen = false
    },
    cut,
    async [Symbol.asyncDispose]() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
