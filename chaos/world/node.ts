import { setTimeout as sleep } from 'node:timers/promises'
import type { RunRecord } from '#chaos/checker/evidence.ts'
import { now } from '#chaos/clock.ts'
import { freePort } from '#server/embedded/freePort.ts'
import { type FaultProxy, openFaultProxy } from '#testing/faultProxy.ts'
import { openValkeyFramer } from '#testing/valkeyFramer.ts'
import { type RunningWaybill, startWaybill } from '#testing/waybill.ts'

/** One server process and the three wires to it. */
export type Node = AsyncDisposable & {
  index: number
  /** through the proxy for clients */
  url: string
  /** past it */
  directUrl: string
  clients: FaultProxy
  database: FaultProxy
  valkey: FaultProxy
  isUp(): boolean
  pid(): number
  /** `env`: settings of this one process, on top. Nothing happens when it is up. */
  start(env?: Record<string, string>): Promise<void>
  /** kill -9; nothing happens when it is down. */
  kill(): Promise<void>
  /** SIGTERM; the exit code, null when it was down or had to be killed. */
  stop(): Promise<number | null>
  /** What its processes wrote, oldest first. */
  output(): string
}

export type NodeOptions = {
  index: number
  postgresUrl: string
  valkeyPort: number
  deaths: RunRecord['deaths']
}

/** A server that is not started yet, at an address that stays. */
export async function openNode({ index, postgresUrl, valkeyPort, deaths }: NodeOptions): Promise<Node> {
  const port = await freePort()
  const databaseUrl = new URL(postgresUrl)
  const clients = await openFaultProxy(port)
  const database = await openFaultProxy(Number(databaseUrl.port))
  const valkey = await openFaultProxy(valkeyPort, { openFramer: openValkeyFramer })
  databaseUrl.port = String(database.port)
  const former: string[] = []
  let server: RunningWaybill | null = null
  let dataDir: string | undefined

  /** A process that ends although nobody ended it is a finding. */
  async function watch(one: RunningWaybill): Promise<void> {
    while (server === one) {
      if (!isAlive(one.pid)) {
        const lastLines = `${one.stdout()}${one.stderr()}`.split('\n').slice(-20).join('\n')
        deaths.push({ what: `server ${index}`, at: now(), lastLines })
        return
      }
      await sleep(200)
    }
  }

  async function end(how: (one: RunningWaybill) => Promise<number | null>): Promise<number | null> {
    const one = server
    if (one === null) return null
    server = null
    const code = await how(one)
    former.push(`${one.stdout()}${one.stderr()}`)
    return code
  }

  return {
    index,
    url: `http://127.0.0.1:${clients.port}`,
    directUrl: `http://127.0.0.1:${port}`,
    clients,
    database,
    valkey,
    isUp: () => server !== null,
    pid: () => server?.pid ?? 0,
    start: async (env = {}) => {
      if (server !== null) return
      server = await startWaybill({
        databaseUrl: databaseUrl.href,
        valkeyUrl: `redis://127.0.0.1:${valkey.port}`,
        port,
        env: { LOG_LEVEL: 'info', PUBLIC_URL: `http://127.0.0.1:${clients.port}`, ...env },
        ...(dataDir !== undefined && { dataDir }),
      })
      dataDir = server.dataDir
      void watch(server)
    },
    kill: async () => {
      await end(async (one) => {
        await one.kill9()
        return null
      })
    },
    stop: () => end((one) => one.stop()),
    output: () =>
      [...former, server === null ? '' : `${server.stdout()}${server.stderr()}`].join('\n--- next process\n'),
    [Symbol.asyncDispose]: async () => {
      await end((one) => one.stop())
      await Promise.all([clients, database, valkey].map((proxy) => proxy[Symbol.asyncDispose]()))
    },
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
