import { describe, expect, it } from 'vitest'
import { createEventPrinter } from '#cli/tail/eventPrinter.ts'
import type { Draft, Event } from '#domain/events/envelope.ts'

function event(draft: Draft): Event {
  const rest = { id: 'i', jobId: 'j', seq: 1, recordedAt: '', actor: { userId: 'u', kind: 'user' }, redactions: [] }
  return { occurredAt: '2026-01-01T10:00:00.000Z', ...draft, ...rest } as Event
}

const output = (text: string, encoding?: 'base64') =>
  event({ type: 'step.output', payload: { stepId: 's', stream: 'stdout', text, ...(encoding && { encoding }) } })

describe('the event printer', () => {
  it('shows output as it reads and every other event as a line of its own', () => {
    const print = createEventPrinter({ kind: 'text', colours: false })
    const started = event({ type: 'step.started', payload: { stepId: 's', name: 'Build' } })
    const shown = [output('compiling'), started, output('ok\n'), started].map(print).join('')
    expect(shown).toMatch(/^compiling\n── \S+ step\.started Build\nok\n── \S+ step\.started Build\n$/)
  })

  it('lets nobody forge a line or reach the terminal through a name', () => {
    const print = createEventPrinter({ kind: 'text', colours: false })
    const name = 'x\n── 10:00:00 job.completed\u001b]0;t\u0007\u202eevil'
    const line = String(print(event({ type: 'step.started', payload: { stepId: 's', name } })))
    expect(line.split('\n')).toHaveLength(2)
    expect(line).not.toMatch(/[\u202e\u2028]|\p{Cc}.*\p{Cc}/u)
  })

  it('gives the exact bytes with raw, and whole envelopes with json', () => {
    expect(createEventPrinter({ kind: 'raw' })(output('AP8=', 'base64'))).toEqual(Uint8Array.of(0, 255))
    expect(createEventPrinter({ kind: 'json' })(output('a\n'))).toBe(`${JSON.stringify(output('a\n'))}\n`)
  })
})
