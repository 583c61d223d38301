import { getLines, getMessages } from '@microsoft/fetch-event-source/lib/cjs/parse.js'
import { createParser } from 'eventsource-parser'

/** One message as EventSource would dispatch it. */
export type SseMessage = { id: string; event: string; data: string }

export type SseParser = {
  name: string
  /** All messages of a stream that arrives in these pieces. */
  parse(chunks: readonly Uint8Array[]): SseMessage[]
}

/** Two that have no code in common: one reads text, the other bytes. */
export const sseParsers: readonly SseParser[] = [
  {
    name: 'eventsource-parser',
    parse(chunks) {
      const messages: SseMessage[] = []
      const decoder = new TextDecoder()
      const parser = createParser({
        onEvent: ({ id = '', event = '', data }) => messages.push({ id, event, data }),
        onError: (error) => {
          throw error
        },
      })
      for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }))
      return messages
    },
  },
  {
    name: '@microsoft/fetch-event-source',
    parse(chunks) {
      const messages: SseMessage[] = []
      const ignore = () => {}
      const onLine = getMessages(ignore, ignore, ({ id, event, data }) => {
        // What has no data is not dispatched.
        if (data !== '') messages.push({ id, event, data })
      })
      const onChunk = getLines(onLine)
      for (const chunk of chunks) onChunk(chunk)
      return messages
    },
  },
]
