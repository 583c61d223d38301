import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type Direction = 'toServer' | 'toClient'

export type TcpProxy = AsyncDisposable & {
  port: number
  /** Connections stay open but carry nothing any more, in this direction or in both; so do new ones. What is sent is lost. */
  freeze(direction?: Direction): void
  /** New connections work again; frozen ones stay as they are, as after a lost route. */
  thaw(): void
  /** Resets all connections. */
  cut(): void
}

/** Stands between a client and a server on this machine, to do what networks do. */
export async function openTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<{ near: Socket; far: Socket }>()
  const frozen = new Set<Direction>()
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
    near.pipe(far)
    far.pipe(near)
    for (const direction of frozen) lose(pair, direction)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const { near } of pairs) near.resetAndDestroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    freeze(direction) {
      for (const one of direction === undefined ? (['toServer', 'toClient'] as const) : [direction]) {
        frozen.add(one)
        for (const pair of pairs) lose(pair, one)
      }
    },
    thaw() {
      frozen.clear()
    },
    cut,
    async [Symbol.asyncDispose]() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}

function lose({ near, far }: { near: Socket; far: Socket }, direction: Direction): void {
  const [from, to] = direction === 'toServer' ? [near, far] : [far, near]
  // Flowing without a reader: what arrives is thrown away.
  from.unpipe(to).resume()
}
