import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeEnvelope } from '#domain/events/encodeEnvelope.ts'
import { canonicalJson } from '#domain/merkle/canonical.ts'
import { encodeCaughtUp, encodeEnd, encodeEventFrame, encodeRetry, heartbeatFrame } from '#server/live/sse.ts'
import { type SseMessage, sseParsers } from '#testing/sseParsers.ts'
import { sseText, sseTexts } from '#testing/sseTexts.ts'

/** A stored event with this text in the fields that emitters fill. */
function eventWith(text: string, seq: number) {
  const json = encodeEnvelope({
    id: '0190a0b0-0000-7000-8000-00000000000a',
    jobId: '0190a0b0-0000-7000-8000-00000000000b',
    seq,
    type: 'step.output',
    occurredAt: '2026-01-01T00:00:00.000Z',
    recordedAt: '2026-01-01T00:00:00.000Z',
    actor: canonicalJson({ userId: text, kind: 'user', name: text }),
    source: text,
    traceparent: null,
    causedBy: null,
    payload: canonicalJson({ stepId: text, stream: 'stdout', text, [text]: text }),
    redactions: canonicalJson([{ path: `/${text}`, rule: text }]),
  })
  return { seq, type: 'step.output' as const, json }
}

/** A stream with everything a stream has around its events. */
function streamOf(texts: readonly string[]): { bytes: Uint8Array; messages: SseMessage[] } {
  const events = texts.map((text, index) => eventWith(text, index + 1))
  const head = events.length
  const frames = events.map((event, index) => (index % 3 === 1 ? heartbeatFrame : '') + encodeEventFrame(event))
  const text =
    encodeRetry(1743) + frames.join('') + encodeCaughtUp(head, head) + heartbeatFrame + encodeEnd(head, 'success')
  const data = (value: object) => JSON.stringify(value)
  return {
    bytes: new TextEncoder().encode(text),
    messages: [
      ...events.map(({ seq, type, json }) => ({ id: String(seq), event: type as string, data: json })),
      { id: String(head), event: 'caught-up', data: data({ head }) },
      { id: String(head), event: 'end', data: data({ head, state: 'success' }) },
    ],
  }
}

/** The bytes in pieces, cut where the network likes: within characters too. */
function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length))
}

describe.each(sseParsers)('$name gives every event back', ({ parse }) => {
  test.each(sseTexts.map((text) => [JSON.stringify(text), text]))('that holds %s', (_shown, text) => {
    const { bytes, messages } = streamOf([text])
    expect(parse([bytes])).toEqual(messages)
    const stored = JSON.parse(parse([bytes])[0]?.data ?? '')
    expect([stored.payload.text, stored.source, stored.actor.name, stored.payload.stepId]).toEqual([
      text,
      text,
      text,
      text,
    ])
  })

  test('byte by byte', () => {
    const { bytes, messages } = streamOf(sseTexts)
    expect(parse(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(messages)
  })

  test('of 10,000 generated texts, wherever the stream is cut', () => {
    const stream = fc.array(sseText, { minLength: 100, maxLength: 100, size: 'max' })
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 200 }), (texts, cuts) => {
        const { bytes, messages } = streamOf(texts)
        expect(parse(cut(bytes, cuts))).toEqual(messages)
      }),
      { numRuns: 100 },
    )
  })
})
