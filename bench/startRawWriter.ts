import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** node:http in a process of its own that writes given chunks to all who have connected, once it is told to go. */
export async function startRawWriter(
  chunks: readonly Buffer[],
): Promise<AsyncDisposable & { url: string; go(): void }> {
  const child = fork(fileURLToPath(new URL('./rawWriter.ts', import.meta.url)))
  child.send(chunks.map((chunk) => chunk.toString('base64')))
  const [port] = await once(child, 'message')
  return {
    url: `http://127.0.0.1:${port}`,
    go: () => void child.send('go'),
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}
