import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { openPump, type Shape } from '#testing/pump.ts'
import type { Direction } from '#testing/tcpProxy.ts'

/** A piece of traffic in which a pattern was found. */
export type Hit = {
  chunk: Buffer
  /** where in the chunk the pattern begins */
  offset: number
  /** Nothing goes on after what is returned, in either direction: the rest of a connection whose end is about to die. */
  mute(): void
  /** Mutes this connection, and resets it once what was returned has gone out. */
  cut(): void
  /** The next piece on this connection in the other direction goes through `take`. */
  onAnswer(take: Take): void
}

/** Decides what goes on of a piece of traffic: all of it, part of it, more, or nothing. */
export type Take = (hit: Hit) => Buffer

export type FaultProxy = AsyncDisposable & {
  port: number
  /** How bytes travel in this direction from now on, on open and on new connections. */
  shape(direction: Direction, shape: Shape): void
  /** Resets all connections. */
  cut(): void
  /** New connections are reset at once, until told otherwise. */
  refuse(isRefusing: boolean): void
  /** Hands every piece of traffic that holds the pattern to `take`, until the returned function is called. */
  intercept(direction: Direction, pattern: string, take: Take): () => void
}

export type FaultProxyOptions = {
  /** Cuts what the server says into whole messages of its protocol; one for each connection. Missing: as TCP brings it. */
  openFramer?: () => (chunk: Buffer) => Buffer[]
}

const nothing = Buffer.alloc(0)

type Interception = { direction: Direction; pattern: Buffer; take: Take }

/** Stands between clients and a server on this machine and does, at chosen bytes, what networks and crashes do. */
export async function openFaultProxy(targetPort: number, { openFramer }: FaultProxyOptions = {}): Promise<FaultProxy> {
  const pairs = new Set<{ near: Socket; far: Socket }>()
  const shapes: Record<Direction, Shape> = { toServer: { kind: 'pass' }, toClient: { kind: 'pass' } }
  const interceptions = new Set<Interception>()
  let isRefusing = false

  const server = createServer({ noDelay: true }, (near) => {
    near.on('error', () => {})
    if (isRefusing) {
      near.resetAndDestroy()
      return
    }
    const far = connect({ port: targetPort, host: '127.0.0.1', noDelay: true })
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
    const framer = openFramer?.()
    const answers: Record<Direction, Take[]> = { toServer: [], toClient: [] }
    let isMuted = false
    const mute = () => {
      isMuted = true
    }

    function pass(direction: Direction, chunk: Buffer): Buffer {
      // Bytes after a hole would be a stream that TCP never delivers.
      if (isMuted) return nothing
      let bytes = chunk
      const hitOf = (offset: number): Hit => ({
        chunk: bytes,
        offset,
        mute,
        cut: () => {
          mute()
          setImmediate(() => near.resetAndDestroy())
        },
        onAnswer: (take) => answers[direction === 'toServer' ? 'toClient' : 'toServer'].push(take),
      })
      const answer = answers[direction].shift()
      if (answer) bytes = answer(hitOf(0))
      for (const { direction: wanted, pattern, take } of [...interceptions]) {
        const offset = wanted === direction ? bytes.indexOf(pattern) : -1
        if (offset >= 0) bytes = take(hitOf(offset))
      }
      return bytes
    }

    openPump({ from: near, to: far, shape: () => shapes.toServer, pass: (chunk) => pass('toServer', chunk) })
    openPump({
      from: far,
      to: near,
      shape: () => shapes.toClient,
      pass: (chunk) =>
        framer === undefined
          ? pass('toClient', chunk)
          : Buffer.concat(framer(chunk).map((message) => pass('toClient', message))),
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const { near } of pairs) near.resetAndDestroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    shape: (direction, shape) => {
      shapes[direction] = shape
    },
    cut,
    refuse: (refusing) => {
      isRefusing = refusing
    },
    intercept: (direction, pattern, take) => {
      const interception = { direction, pattern: Buffer.from(pattern), take }
      interceptions.add(interception)
      return () => interceptions.delete(interception)
    },
    async [Symbol.asyncDispose]() {
      isRefusing = true
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
