import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** base64 of chunks: takes them; "go": writes all but the first to all who have connected */
export type RawWriterMessage = string[] | 'go'

export type Broadcaster = AsyncDisposable & {
  url: string
  /** what it is going to write; the first chunk goes to whoever connects */
  load(chunks: readonly Buffer[]): Promise<void>
  go(): void
}

/** node:http in a process of its own that writes given chunks to all who have connected, once it is told to go. */
export async function startRawWriter(): Promise<Broadcaster> {
  const child = fork(fileURLToPath(new URL('./rawWriter.ts', import.meta.url)))
  const [port] = await once(child, 'message')
  return {
    url: `http://127.0.0.1:${port}/`,
    load: async (chunks) => {
      const loaded = once(child, 'message')
      child.send(chunks.map((chunk) => chunk.toString('base64')))
      await loaded
    },
    go: () => void child.send('go'),
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}
