import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventTypes } from '#domain/events/catalogue.ts'
import { encodeEnvelope } from '#domain/events/encodeEnvelope.ts'
import { kindOf } from '#domain/events/kinds.ts'
import { arbitraryJson } from '#testing/arbitraryJson.ts'

const parts = {
  id: '019a7f0e-0000-7000-8000-000000000001',
  jobId: '019a7f0e-0000-7000-8000-000000000002',
  seq: 42,
  type: 'job.completed',
  occurredAt: '2026-11-22T10:00:00.000Z',
  recordedAt: '2026-11-22T10:00:00.001Z',
}

test('writes one line of JSON that parses to the envelope', () => {
  fc.assert(
    fc.property(arbitraryJson(), fc.string({ unit: 'binary' }), (payload, name) => {
      const line = encodeEnvelope({
        ...parts,
        actor: JSON.stringify({ userId: 'u', kind: 'user', name }),
        source: name,
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        causedBy: parts.jobId,
        payload: JSON.stringify(payload),
        redactions: '[{"path":"/inputs/token","rule":"key"}]',
      })
      // A raw newline would end an SSE data line in the middle.
      expect(line).not.toMatch(/[\r\n]/)
      expect(JSON.parse(line)).toEqual({
        ...parts,
        actor: { userId: 'u', kind: 'user', name },
        source: name,
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        causedBy: parts.jobId,
        payload: JSON.parse(JSON.stringify(payload)),
        redactions: [{ path: '/inputs/token', rule: 'key' }],
      })
    }),
  )
})

test('leaves out what was not said', () => {
  const line = encodeEnvelope({
    ...parts,
    actor: '{"kind":"user","userId":"u"}',
    source: null,
    traceparent: null,
    causedBy: null,
    payload: '{"output":1.0}',
    redactions: '[]',
  })
  expect(Object.keys(JSON.parse(line))).toEqual([...Object.keys(parts), 'actor', 'payload', 'redactions'])
})

test('splices the payload in byte for byte', () => {
  const texts = { actor: '{}', payload: '{"b":1.50,"a":2}', redactions: '[]' }
  const line = encodeEnvelope({ ...parts, ...texts, source: null, traceparent: null, causedBy: null })
  expect(line).toContain('"payload":{"b":1.50,"a":2},')
})

test('counts output apart from the structure of steps', () => {
  expect(Object.groupBy(eventTypes, kindOf)).toEqual({
    job: ['job.created', 'job.queued', 'job.started', 'job.completed', 'job.failed'],
    step: ['step.started', 'step.progress', 'step.completed'],
    output: ['step.output'],
    ai: ['ai.tool_called', 'ai.tokens_used', 'ai.artifact_created'],
    gate: ['gate.started', 'gate.passed', 'gate.failed'],
  })
})
