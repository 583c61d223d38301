import { createServer, type ServerResponse } from 'node:http'
import type { RawWriterMessage } from '#bench/startRawWriter.ts'

/** The process behind startRawWriter. The first chunk goes out at once, as a stream's opening; the rest on "go". */
let chunks: Buffer[] = []
let clients: ServerResponse[] = []

const server = createServer((_request, response) => {
  response.on('error', () => {})
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(chunks[0] ?? Buffer.from('\n'))
  clients.push(response)
})

process.on('message', (message: RawWriterMessage) => {
  if (message === 'go') {
    for (const chunk of chunks.slice(1)) for (const client of clients) client.write(chunk)
    clients = []
    return
  }
  chunks = message.map((text) => Buffer.from(text, 'base64'))
  process.send?.('loaded')
})

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address && typeof address === 'object') process.send?.(address.port)
})
