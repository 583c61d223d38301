import { request } from 'node:http'
import type { Stage } from '#bench/stage.ts'

/** Follows like any client and keeps the body's chunks as the server wrote them, up to the frame with id `last`. */
export async function recordChunks(
  { server, key }: Pick<Stage, 'server' | 'key'>,
  path: string,
  last: number,
): Promise<{ chunks: Promise<Buffer[]> }> {
  const sent = request(`${server.url}${path}`, { headers: { authorization: `Bearer ${key}` } })
  sent.end()
  let begin: () => void = () => {}
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  const chunks = new Promise<Buffer[]>((resolve, reject) => {
    sent.on('error', reject)
    sent.on('response', (response) => {
      const kept: Buffer[] = []
      response.on('data', (chunk: Buffer) => {
        kept.push(chunk)
        begin()
        if (!chunk.includes(`id: ${last}\n`)) return
        sent.destroy()
        resolve(kept)
      })
    })
  })
  await begun
  return { chunks }
}
