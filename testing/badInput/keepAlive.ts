import { Agent, request } from 'node:http'
import type { Answer, Caller, Sent } from '#testing/httpDoor.ts'

const PATIENCE_MS = 10_000

export type Connections = Disposable & {
  /** As httpDoor's `send`, over connections that stay: whoever sends after something bad meets what it left behind. */
  send(sent: Sent): Promise<Answer>
}

export function openConnections(door: Caller, count: number): Connections {
  const agent = new Agent({ keepAlive: true, maxSockets: count })
  return {
    send: (sent) => sendOver(agent, door, sent),
    [Symbol.dispose]: () => agent.destroy(),
  }
}

function sendOver(agent: Agent, door: Caller, sent: Sent): Promise<Answer> {
  const { raw } = sent
  if (raw instanceof ReadableStream) throw new TypeError('Only texts and bytes can be sent this way.')
  const key = sent.key === undefined ? door.key : sent.key
  const headers = {
    ...(key !== null && { authorization: `Bearer ${key}` }),
    ...(raw !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(raw) }),
    ...sent.headers,
  }
  const method = sent.method ?? (raw === undefined ? 'GET' : 'POST')
  return new Promise((resolve, reject) => {
    const outgoing = request(`${door.url}${sent.path}`, { agent, method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        const isJson = /[/+]json/.test(response.headers['content-type'] ?? '')
        const received = new Headers(Object.entries(response.headers).map(([name, value]) => [name, String(value)]))
        resolve({
          status: response.statusCode ?? 0,
          headers: received,
          text,
          body: isJson ? JSON.parse(text) : undefined,
        })
      })
    })
    // What is not refused may be a stream that goes on.
    outgoing.setTimeout(PATIENCE_MS, () => outgoing.destroy(new Error(`no whole answer within ${PATIENCE_MS} ms`)))
    outgoing.on('error', reject)
    outgoing.end(raw)
  })
}
