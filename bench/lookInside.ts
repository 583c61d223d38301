import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { waitFor } from '#testing/waitFor.ts'
import type { RunningWaybill } from '#testing/waybill.ts'

/** What a server process holds after a full collection of garbage. */
export type Inside = {
  /** bytes: resident; objects of JavaScript; buffers and what C++ holds for objects */
  resident: number
  heap: number
  external: number
  /** objects of JavaScript that are reachable, functions, arrays and promises among them */
  objects: number
  /** listeners of `process` */
  listeners: number
  /** what keeps the event loop busy, by kind, e.g. TCPSocketWrap, Timeout */
  resources: Record<string, number>
  /** open files, sockets among them (Linux) */
  files: number
}

export type Inspected = AsyncDisposable & { look(): Promise<Inside> }

const expression = `JSON.stringify({
  memory: process.memoryUsage(),
  objects: process.getBuiltinModule('v8').queryObjects(Object, { format: 'count' }),
  listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
  resources: Object.fromEntries(
    Object.entries(Object.groupBy(process.getActiveResourcesInfo(), String)).map(([kind, all]) => [kind, all.length]),
  ),
})`

/** Connects to the inspector of a server that bench/stage.ts started. */
export async function inspect(server: RunningWaybill): Promise<Inspected> {
  process.kill(server.pid, 'SIGUSR1')
  const url = await waitFor(() => /ws:\/\/\S+/.exec(server.stderr())?.[0])
  const socket = new WebSocket(url)
  await once(socket, 'open')
  let calls = 0

  async function call(method: string, params: object = {}): Promise<{ result?: { value: string } }> {
    const id = ++calls
    socket.send(JSON.stringify({ id, method, params }))
    for (;;) {
      const [message] = (await once(socket, 'message')) as [MessageEvent<string>]
      const answer = JSON.parse(message.data)
      if (answer.id === id) return answer.result
    }
  }

  return {
    look: async () => {
      // Twice: what finalizers let go of in the first is taken by the second.
      for (let round = 0; round < 2; round++) await call('HeapProfiler.collectGarbage')
      const { result } = await call('Runtime.evaluate', { expression })
      const { memory, objects, listeners, resources } = JSON.parse(result?.value ?? '')
      const { rss, heapUsed, external } = memory
      const files = readdirSync(`/proc/${server.pid}/fd`).length
      return { resident: rss, heap: heapUsed, external, objects, listeners, resources, files }
    },
    [Symbol.asyncDispose]: async () => socket.close(),
  }
}
