import { setTimeout as sleep } from 'node:timers/promises'
import { EventSource } from 'eventsource'
import { createEventSource } from 'eventsource-client'
import { curl, framesOf } from '#testing/curl.ts'
import type { SseMessage } from '#testing/sseParsers.ts'

/** What a client that others wrote was given, up to `end`, and how often it connected. */
export type ClientStory = { messages: SseMessage[]; connections: number }

export type ClientTask = {
  url: string
  key: string
  /** names of events to listen to, where a client has to say */
  names: readonly string[]
}

/** Clients that come back by themselves with their last id. Each resolves once it was given `end`, and is closed then. */
export const standardClients: Record<string, (task: ClientTask) => Promise<ClientStory>> = {
  eventsource: ({ url, key, names }) =>
    new Promise((resolve) => {
      const story: ClientStory = { messages: [], connections: 0 }
      const source = new EventSource(url, {
        fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, authorization: `Bearer ${key}` } }),
      })
      source.addEventListener('open', () => story.connections++)
      for (const name of names) {
        source.addEventListener(name, ({ lastEventId, type, data }) => {
          story.messages.push({ id: lastEventId, event: type, data })
          if (type !== 'end') return
          source.close()
          resolve(story)
        })
      }
    }),
  'eventsource-client': ({ url, key }) =>
    new Promise((resolve) => {
      const story: ClientStory = { messages: [], connections: 0 }
      const source = createEventSource({
        url,
        headers: { authorization: `Bearer ${key}` },
        onConnect: () => story.connections++,
        onMessage: ({ id = '', event = '', data }) => {
          story.messages.push({ id, event, data })
          if (event !== 'end') return
          source.close()
          resolve(story)
        },
      })
    }),
  /** In a loop, as somebody would write it in a shell. */
  curl: async ({ url, key }) => {
    const story: ClientStory = { messages: [], connections: 0 }
    while (story.messages.at(-1)?.event !== 'end') {
      const last = story.messages.at(-1)?.id
      const headers = { authorization: `Bearer ${key}`, ...(last !== undefined && { 'last-event-id': last }) }
      const { text } = await curl({ url, headers })
      if (text !== '') story.connections++
      story.messages.push(...framesOf(text))
      await sleep(100)
    }
    return story
  },
}
