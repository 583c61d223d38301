import { EventSourceParserStream } from 'eventsource-parser/stream'

/** An EventSource that can send headers, for tRPC's subscription link: Node has none. It does not come back by itself. */
export function eventSourceWith(headers: Record<string, string>) {
  return class HeaderEventSource extends EventTarget {
    readonly CONNECTING = 0
    readonly OPEN = 1
    readonly CLOSED = 2
    readyState = 0
    #ended = new AbortController()

    constructor(url: string) {
      super()
      this.#read(url).catch(() => {
        if (this.readyState === this.CLOSED) return
        this.readyState = this.CLOSED
        this.dispatchEvent(new Event('error'))
      })
    }

    close(): void {
      this.readyState = this.CLOSED
      this.#ended.abort()
    }

    async #read(url: string): Promise<void> {
      const response = await fetch(url, { headers, signal: this.#ended.signal })
      if (!response.ok || response.body === null) throw new Error(`status ${response.status}`)
      this.readyState = 1
      const messages = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
      for await (const { event, data, id } of messages) {
        this.dispatchEvent(new MessageEvent(event ?? 'message', { data, lastEventId: id ?? '' }))
      }
      throw new Error('the stream ended')
    }
  }
}
