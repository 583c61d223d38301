import { createParser, type EventSourceMessage } from 'eventsource-parser'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventTypes } from '#domain/events/catalogue.ts'
import { encodeCaughtUp, encodeEnd, encodeEventFrame, encodeRetry, heartbeatFrame } from '#server/live/sse.ts'

/** Reads frames the way a client does, in pieces cut where the network likes. */
function parse(text: string, cuts: readonly number[] = []) {
  const messages: EventSourceMessage[] = []
  const comments: string[] = []
  const retries: number[] = []
  const parser = createParser({
    onEvent: (message) => messages.push(message),
    onComment: (comment) => comments.push(comment),
    onRetry: (retry) => retries.push(retry),
    onError: (error) => {
      throw error
    },
  })
  let from = 0
  for (const cut of [...cuts].map((n) => n % (text.length + 1)).sort((a, b) => a - b)) {
    parser.feed(text.slice(from, cut))
    from = Math.max(from, cut)
  }
  parser.feed(text.slice(from))
  return { messages, comments, retries }
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\r', '\n', '\r\n\r\n', 'data: x\n\n', '\nid: 9\n', '\uFEFF', '\u2028', '\0', ': hb', ' a', ''),
)

test('gives every event back as it was, whatever its strings hold and wherever the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ type: fc.constantFrom(...eventTypes), text: hostile })),
      fc.array(fc.nat()),
      (drafts, cuts) => {
        const events = drafts.map(({ type, text }, i) => ({
          seq: i + 1,
          type,
          json: JSON.stringify({ payload: { text } }),
        }))
        const { messages } = parse(events.map(encodeEventFrame).join(''), cuts)
        expect(messages.map(({ id, event, data }) => ({ seq: Number(id), type: event, json: data }))).toEqual(events)
      },
    ),
  )
})

test('names the last seq that was scanned in every frame that moves a cursor', () => {
  const { messages } = parse(encodeCaughtUp(42, 42) + encodeEnd(97, 'success'))
  expect(messages).toEqual([
    { id: '42', event: 'caught-up', data: '{"head":42}' },
    { id: '97', event: 'end', data: '{"head":97,"state":"success"}' },
  ])
})

test('keeps heartbeats and the retry time out of the events', () => {
  expect(parse(encodeRetry(1743) + heartbeatFrame)).toEqual({ messages: [], comments: ['hb'], retries: [1743] })
})
