import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { limits } from '#domain/events/limits.ts'
import { prepareEvents } from '#server/journal/prepare.ts'
import { clean, drafts } from '#testing/drafts.ts'

const actor = { userId: 'ada', kind: 'user' as const }

describe('prepareEvents', () => {
  test('writes canonical bytes and commits to them with a salt of its own', () => {
    const event = clean({ type: 'ai.tool_called', payload: { tool: 't', callId: 'c', arguments: { b: 1, a: [1.0] } } })
    const [first, second] = prepareEvents(actor, [event, event])
    expect(first?.payload).toBe('{"arguments":{"a":[1],"b":1},"callId":"c","tool":"t"}')
    expect(first?.actor).toBe('{"kind":"user","userId":"ada"}')
    expect(first?.shape).toBe('{"callId":"c"}')
    expect(second?.payload).toBe(first?.payload)
    expect(second?.salt).not.toBe(first?.salt)
    for (const one of [first, second]) {
      const content = `{"actor":${one?.actor},"payload":${one?.payload}}`
      const hash = createHash('sha256')
        .update(Buffer.from([1]))
        .update(Buffer.from(one?.salt ?? '', 'hex'))
        .update(content)
      expect(one?.commitment).toBe(hash.digest('hex'))
    }
  })

  test('keeps an id that was sent, in lower case, and makes one that was not', () => {
    const id = '0193A5B0-0000-7000-8000-00000000000A'
    const [sent, made] = prepareEvents(actor, [drafts.tool('a', { id }), drafts.tool('b')])
    expect(sent).toMatchObject({ id: id.toLowerCase(), idSent: true })
    expect(made?.idSent).toBe(false)
    expect(made?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/)
  })

  test('takes times to UTC and milliseconds, and leaves one that was not sent to the database', () => {
    const [sent, absent] = prepareEvents(actor, [
      drafts.tool('a', { occurredAt: '2026-11-01T13:00:00.1239+01:00' }),
      drafts.tool('b'),
    ])
    expect(sent?.occurredAt).toBe('2026-11-01T12:00:00.123Z')
    expect(absent?.occurredAt).toBeNull()
  })

  test('gives the name and kind of a part only where an event says them', () => {
    const [step, gate, other] = prepareEvents(actor, [
      clean({ type: 'step.started', payload: { stepId: 's', name: 'Build', kind: 'shell' } }),
      clean({ type: 'gate.started', payload: { gateId: 'g', name: 'Review', kind: 'approval' } }),
      drafts.output('s', 'x'),
    ])
    expect([step?.label, gate?.label, other?.label]).toEqual([
      { name: 'Build', kind: 'shell' },
      { name: 'Review', kind: null },
      null,
    ])
  })

  test.each([
    ['ASCII', 'x', 1],
    ['three bytes a character', '€', 3],
  ])('refuses a payload one byte over the limit, and names the event: %s', (_what, character, bytes) => {
    const frame = '{"callId":"c","result":"","tool":"t"}'.length
    const room = Math.floor((limits.payloadBytes - frame) / bytes)
    const rest = 'x'.repeat(limits.payloadBytes - frame - room * bytes)
    const of = (result: string) => clean({ type: 'ai.tool_called', payload: { callId: 'c', tool: 't', result } })
    const largest = character.repeat(room) + rest
    expect(prepareEvents(actor, [of(largest)])).toHaveLength(1)
    expect(() => prepareEvents(actor, [of('fine'), of(`${largest}x`)])).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE', details: { index: 1, path: '/payload' } }),
    )
  })
})
