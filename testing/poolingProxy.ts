import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type PoolingProxy = AsyncDisposable & { url: string }

const SYNC = 0x53
const READY = 0x5a
const IDLE = 0x49

/**
 * Pools by transaction, as PgBouncer does: all clients share one session of PostgreSQL, each until its statement is
 * done. A greeting is recorded once and played to everyone; which settings they ask for is of no interest.
 */
export async function startPoolingProxy(target: string): Promise<PoolingProxy> {
  const server = new URL(target)
  const upstream = connect(Number(server.port), server.hostname)
  const sockets = new Set<Socket>([upstream])
  let toHolder: (bytes: Buffer) => void = () => {}
  let turn: Promise<void> = Promise.resolve()
  upstream.on('error', () => {})
  upstream.on('data', (bytes: Buffer) => toHolder(bytes))

  /** Sends one batch and collects the answer up to ReadyForQuery. */
  function exchange(batch: Buffer): Promise<Buffer> {
    const answered = turn.then(
      () =>
        new Promise<Buffer>((resolve) => {
          let answer = Buffer.alloc(0)
          toHolder = (bytes) => {
            answer = Buffer.concat([answer, bytes])
            if (answer.length >= 6 && answer.at(-6) === READY && answer.at(-1) === IDLE) resolve(answer)
          }
          upstream.write(batch)
        }),
    )
    turn = answered.then(() => {})
    return answered
  }

  const greeting: { bytes?: Promise<Buffer> } = {}
  const listener = createServer((client) => {
    sockets.add(client)
    client.on('error', () => {})
    client.on('close', () => sockets.delete(client))
    let waiting = Buffer.alloc(0)
    let greeted = false
    client.on('data', (bytes: Buffer) => {
      if (!greeted) {
        greeted = true
        greeting.bytes ??= exchange(bytes)
        void greeting.bytes.then((answer) => client.write(answer))
        return
      }
      waiting = Buffer.concat([waiting, bytes])
      // Messages are a letter and a length; a batch ends with Sync, which has no content.
      if (waiting.at(-5) !== SYNC) return
      void exchange(waiting).then((answer) => client.write(answer))
      waiting = Buffer.alloc(0)
    })
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const url = new URL(target)
  url.port = String((listener.address() as AddressInfo).port)
  return {
    url: url.href,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      listener.close()
      await once(listener, 'close')
    },
  }
}
