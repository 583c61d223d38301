import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type Direction = 'toServer' | 'toClient'

export type TcpProxy = AsyncDisposable & {
  port: number
  /**
   * Connections stay open but carry nothing any more, in this direction or in both; so do new ones. What is sent is lost,
   * the news that an end is gone included.
   */
  freeze(direction?: Direction): void
  /** New connections work again; frozen ones stay as they are, as after a lost route. */
  thaw(): void
  /** Resets all connections. */
  cut(): void
}

type Pair = { near: Socket; far: Socket; lost: Set<Direction> }

/** Stands between a client and a server on this machine, to do what networks do. */
export async function openTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  const frozen = new Set<Direction>()
  const server = createServer((near) => {
    const pair = { near, far: connect(targetPort, '127.0.0.1'), lost: new Set<Direction>() }
    const { far, lost } = pair
    pairs.add(pair)
    for (const [from, to, direction] of [
      [near, far, 'toServer'],
      [far, near, 'toClient'],
    ] as const) {
      from.on('error', () => {})
      from.on('close', () => {
        if (!lost.has(direction)) to.destroy()
        if (near.destroyed && far.destroyed) pairs.delete(pair)
      })
    }
    near.pipe(far)
    far.pipe(near)
    for (const direction of frozen) lose(pair, direction)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const { near, far } of pairs) {
      near.resetAndDestroy()
      far.destroy()
    }
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

function lose({ near, far, lost }: Pair, direction: Direction): void {
  lost.add(direction)
  const [from, to] = direction === 'toServer' ? [near, far] : [far, near]
  // Flowing without a reader: what arrives is thrown away.
  from.unpipe(to).resume()
}
