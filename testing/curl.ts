import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import type { SseMessage } from '#testing/sseParsers.ts'

export type CurlRequest = {
  url: string
  headers: Record<string, string>
  /** Killed once it has written this many bytes; missing: it ends by itself. */
  cutAfter?: number
}

/** For machines without curl: writes what comes in as it comes in, then the status. */
const standIn = `
const [url, ...headers] = process.argv.slice(1)
const pairs = headers.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()])
require('node:http').get(url, { headers: Object.fromEntries(pairs) }, (response) => {
  response.on('data', (chunk) => process.stdout.write(chunk))
  response.on('end', () => process.stdout.write(String(response.statusCode)))
})`

/** `curl -N` as somebody would type it. Its output, and the status if it came to its end. */
export async function curl({ url, headers, cutAfter }: CurlRequest): Promise<{ text: string; status?: number }> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const hasCurl = spawnSync('curl', ['--version']).status === 0
  const child = hasCurl
    ? spawn('curl', ['-sN', '-w', '%{http_code}', ...lines.flatMap((line) => ['-H', line]), url])
    : spawn(process.execPath, ['-e', standIn, url, ...lines])
  const chunks: Buffer[] = []
  let bytes = 0
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    if (cutAfter !== undefined && bytes >= cutAfter) child.kill('SIGKILL')
  })
  const [code] = await once(child, 'close')
  const all = Buffer.concat(chunks)
  if (code !== 0) return { text: all.subarray(0, cutAfter).toString() }
  return { text: all.subarray(0, -3).toString(), status: Number(all.subarray(-3)) }
}

/** The frames that came whole; what a cut left of the last one counts for nothing (HTML §9.2.6). */
export function framesOf(text: string): SseMessage[] {
  return text
    .split('\n\n')
    .slice(0, -1)
    .flatMap((frame) => {
      const [, id, event, data] = /^id: (\d+)\nevent: ([^\n]+)\ndata: ([^\n]+)$/.exec(frame) ?? []
      return id !== undefined && event !== undefined && data !== undefined ? [{ id, event, data }] : []
    })
}
