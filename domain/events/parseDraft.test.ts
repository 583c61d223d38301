import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isWaybillError, type WaybillError } from '#domain/errors.ts'
import { catalogue, type EventType, eventTypes } from '#domain/events/catalogue.ts'
import type { Draft } from '#domain/events/envelope.ts'
import { limits } from '#domain/events/limits.ts'
import { depthOf, parseDraft, refuseRepeatedIds } from '#domain/events/parseDraft.ts'
import { arbitraryPayloads } from '#testing/arbitraryDrafts.ts'

function refusal(run: () => unknown): WaybillError {
  try {
    run()
  } catch (error) {
    if (isWaybillError(error)) return error
    throw error
  }
  throw new Error('accepted')
}

function refused(value: unknown, index = 7): { code: string; path: unknown } {
  const { code, details, message } = refusal(() => parseDraft(value, index))
  expect(details.index).toBe(index)
  expect(message).toContain(`Event ${index}`)
  return { code, path: details.path }
}

const draftTypes = eventTypes.filter((type) => type !== 'job.created')

/** A smallest valid payload of each type: what is required and nothing else. */
const smallest: Record<EventType, Record<string, unknown>> = {
  'job.created': { action: 'build', inputs: {}, requestId: 'r' },
  'job.queued': {},
  'job.started': {},
  'job.completed': {},
  'job.failed': { error: { code: 'E', message: '' } },
  'step.started': { stepId: 's', name: 'Build' },
  'step.progress': { stepId: 's', completed: 0 },
  'step.output': { stepId: 's', stream: 'stdout', text: '' },
  'step.completed': { stepId: 's', outcome: 'success' },
  'ai.tool_called': { callId: 'c', tool: 'grep' },
  'ai.tokens_used': { provider: 'p', model: 'm', inputTokens: 0, outputTokens: 0 },
  'ai.artifact_created': { artifactId: 'a', name: 'n', mediaType: 'text/plain', bytes: 0 },
  'gate.started': { gateId: 'g', name: 'Review' },
  'gate.passed': { gateId: 'g' },
  'gate.failed': { gateId: 'g' },
}

describe('the catalogue', () => {
  test('has fifteen types', () => {
    expect(eventTypes).toHaveLength(15)
  })

  test.each(eventTypes)('takes every valid payload of %s as it is', (type) => {
    const arbitrary: fc.Arbitrary<unknown> = arbitraryPayloads[type]
    fc.assert(
      fc.property(arbitrary, (payload) => {
        expect(catalogue[type].parse(payload)).toEqual(payload)
      }),
    )
  })

  test.each(draftTypes)('takes a %s with its required fields alone', (type) => {
    expect(parseDraft({ type, payload: smallest[type] }, 0)).toEqual({ type, payload: smallest[type] })
  })

  test.each(draftTypes.flatMap((type) => Object.keys(smallest[type]).map((field) => [type, field] as const)))(
    'refuses a %s without its %s',
    (type, field) => {
      const { [field]: _left, ...payload } = smallest[type]
      expect(refused({ type, payload })).toEqual({ code: 'INVALID_INPUT', path: `/payload/${field}` })
    },
  )

  test.each(draftTypes)('refuses a %s with a field that it does not have', (type) => {
    const payload = { ...smallest[type], 'no/such': 1 }
    expect(refused({ type, payload })).toEqual({ code: 'UNKNOWN_FIELD', path: '/payload/no~1such' })
  })

  test.each(draftTypes)('refuses a %s whose payload is no object', (type) => {
    for (const payload of [undefined, null, 'text', 1, []]) {
      expect(refused({ type, payload })).toEqual({ code: 'INVALID_INPUT', path: '/payload' })
    }
  })

  test.each<[Draft['type'], Record<string, unknown>, string]>([
    ['job.queued', { reason: 'later' }, '/payload/reason'],
    ['job.queued', { runAt: '2026-01-01T00:00:00' }, '/payload/runAt'],
    ['job.queued', { error: { code: 'E' } }, '/payload/error/message'],
    ['job.started', { runner: '' }, '/payload/runner'],
    ['job.failed', { outcome: 'success' }, '/payload/outcome'],
    ['job.failed', { outcome: 'skip' }, '/payload/outcome'],
    ['step.started', { stepId: '' }, '/payload/stepId'],
    ['step.started', { stepId: 'x'.repeat(limits.idCharacters + 1) }, '/payload/stepId'],
    ['step.started', { name: 'x'.repeat(limits.nameCharacters + 1) }, '/payload/name'],
    ['step.progress', { completed: -1 }, '/payload/completed'],
    ['step.progress', { completed: Number.POSITIVE_INFINITY }, '/payload/completed'],
    ['step.progress', { message: 'x'.repeat(limits.messageCharacters + 1) }, '/payload/message'],
    ['step.output', { stream: 'stdin' }, '/payload/stream'],
    ['step.output', { encoding: 'utf8' }, '/payload/encoding'],
    ['step.completed', { outcome: 'passed' }, '/payload/outcome'],
    ['step.completed', { exitCode: 0.5 }, '/payload/exitCode'],
    ['ai.tool_called', { durationMs: -1 }, '/payload/durationMs'],
    ['ai.tokens_used', { inputTokens: 1.5 }, '/payload/inputTokens'],
    ['ai.tokens_used', { outputTokens: 2 ** 53 }, '/payload/outputTokens'],
    ['ai.tokens_used', { cost: { amount: '1e3', currency: 'EUR' } }, '/payload/cost/amount'],
    ['ai.tokens_used', { cost: { amount: '-1', currency: 'EUR' } }, '/payload/cost/amount'],
    ['ai.tokens_used', { cost: { amount: '1', currency: 'euro' } }, '/payload/cost/currency'],
    ['ai.artifact_created', { sha256: 'F'.repeat(64) }, '/payload/sha256'],
    ['gate.started', { kind: 'vote' }, '/payload/kind'],
    ['gate.started', { expiresAt: 'tomorrow' }, '/payload/expiresAt'],
    ['gate.passed', { evidence: ['not an id'] }, '/payload/evidence/0'],
    ['gate.passed', { evidence: [1, 0] }, '/payload/evidence/1'],
  ])('refuses a %s with %j', (type, fields, path) => {
    expect(refused({ type, payload: { ...smallest[type], ...fields } })).toEqual({ code: 'INVALID_INPUT', path })
  })
})

describe('around the payload', () => {
  const started = { type: 'job.started', payload: {} }

  test('takes all that an emitter may say about an event', () => {
    const draft = {
      ...started,
      id: '019A7F0E-0000-7000-8000-000000000001',
      occurredAt: '2026-11-22T10:00:00.123456+02:00',
      source: 'runner-7',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      causedBy: '019a7f0e-0000-7000-8000-000000000002',
    }
    expect(parseDraft(draft, 0)).toEqual(draft)
  })

  test.each([
    [{ id: '42' }, '/id'],
    [{ occurredAt: '2026-11-22T10:00:00' }, '/occurredAt'],
    [{ occurredAt: '2026-02-30T10:00:00Z' }, '/occurredAt'],
    [{ occurredAt: '1969-12-31T23:59:59.999Z' }, '/occurredAt'],
    [{ occurredAt: '9999-12-31T23:59:59-00:01' }, '/occurredAt'],
    [{ source: '' }, '/source'],
    [{ source: 'x'.repeat(limits.sourceCharacters + 1) }, '/source'],
    [{ traceparent: '00-XYZ' }, '/traceparent'],
    [{ causedBy: 'event 1' }, '/causedBy'],
  ])('refuses %j', (fields, path) => {
    expect(refused({ ...started, ...fields })).toEqual({ code: 'INVALID_INPUT', path })
  })

  test('keeps every time it takes in the four-digit years that PostgreSQL and ISO 8601 share', () => {
    const years = fc.integer({ min: 1960, max: 9999 }).map((year) => String(year))
    const zones = fc.constantFrom('Z', '+14:00', '-12:00', '-23:59', '+23:59')
    fc.assert(
      fc.property(years, zones, fc.constantFrom('01-01T00:00:00', '12-31T23:59:59.999'), (year, zone, rest) => {
        const occurredAt = `${year}-${rest}${zone}`
        const printed = new Date(occurredAt).toISOString()
        if (printed >= '1970' && printed.length === 24) {
          expect(parseDraft({ ...started, occurredAt }, 0).occurredAt).toBe(occurredAt)
        } else {
          expect(refused({ ...started, occurredAt })).toEqual({ code: 'INVALID_INPUT', path: '/occurredAt' })
        }
      }),
    )
  })

  test('refuses an actor, which only the key can name', () => {
    expect(refused({ ...started, actor: { userId: 'root' } })).toEqual({ code: 'UNKNOWN_FIELD', path: '/actor' })
  })

  test('refuses a type that does not exist, also one that every object has', () => {
    for (const type of ['job.paused', 'toString', '__proto__', '']) {
      expect(refused({ type, payload: {} })).toEqual({ code: 'UNKNOWN_EVENT_TYPE', path: '/type' })
    }
    expect(refused({ payload: {} })).toEqual({ code: 'INVALID_INPUT', path: '/type' })
  })

  test('refuses job.created, which only jobs.create makes', () => {
    const draft = { type: 'job.created', payload: smallest['job.created'] }
    expect(refused(draft)).toEqual({ code: 'JOB_CREATED_RESERVED', path: '/type' })
  })

  test('refuses what is no object', () => {
    for (const value of [null, undefined, 'job.started', 1, [started]]) {
      expect(refused(value)).toEqual({ code: 'INVALID_INPUT', path: '' })
    }
  })

  test('shortens a field name in the path it names', () => {
    expect(refused({ ...started, ['x'.repeat(100_000)]: 1 }).path).toBe(`/${'x'.repeat(60)}…`)
  })
})

describe('limits', () => {
  const output = (text: string, encoding?: 'base64') => ({
    type: 'step.output',
    payload: { stepId: 's', stream: 'stdout', text, ...(encoding && { encoding }) },
  })

  test('takes a text of exactly the limit and refuses one byte more, counted in UTF-8', () => {
    const characters = '€'.repeat(Math.floor(limits.textBytes / 3))
    const full = `${characters}${'x'.repeat(limits.textBytes % 3)}`
    expect(parseDraft(output(full), 0)).toMatchObject({ payload: { text: full } })
    expect(refused(output(`${full}x`))).toEqual({ code: 'TEXT_TOO_LARGE', path: '/payload/text' })
    expect(refusal(() => parseDraft(output(`${full}x`), 0)).message).toContain('65537 bytes, at most 65536')
  })

  test('counts the bytes that base64 stands for', () => {
    const bytes = Buffer.alloc(limits.textBytes, 0xff)
    const text = bytes.toString('base64')
    expect(parseDraft(output(text, 'base64'), 0)).toMatchObject({ payload: { text } })
    const more = Buffer.alloc(limits.textBytes + 1, 0xff).toString('base64')
    expect(refused(output(more, 'base64'))).toEqual({ code: 'TEXT_TOO_LARGE', path: '/payload/text' })
  })

  test.each(['a', 'YQ', 'YQ=', '=', 'YQ==YQ==', 'Y Q==', 'Y-_=', 'YQ==\n', `${'A'.repeat(4_000_000)}!`])(
    'refuses %.20s as base64',
    (text) => {
      expect(refused(output(text, 'base64'))).toEqual({ code: 'INVALID_INPUT', path: '/payload/text' })
    },
  )

  test('takes a payload as deep as allowed and not one level deeper', () => {
    const nested = (levels: number) => {
      let value: unknown = 1
      for (let level = 0; level < levels; level++) value = [value]
      return { type: 'job.completed', payload: { output: value } }
    }
    expect(depthOf(parseDraft(nested(limits.depth - 1), 0).payload)).toBe(limits.depth)
    expect(refused(nested(limits.depth))).toEqual({ code: 'TOO_DEEP', path: '/payload' })
  })
})

describe('ids of one request', () => {
  const id = '019a7f0e-0000-7000-8000-00000000000a'

  test('may not occur twice, in whatever case', () => {
    const drafts: Draft[] = [
      { type: 'job.started', payload: {} },
      { type: 'job.queued', payload: {}, id },
      { type: 'job.started', payload: {}, id: id.toUpperCase() },
    ]
    const { code, details } = refusal(() => refuseRepeatedIds(drafts))
    expect({ code, details }).toEqual({ code: 'DUPLICATE_EVENT_ID', details: { index: 2, path: '/id' } })
  })

  test('may be absent any number of times', () => {
    const draft: Draft = { type: 'job.started', payload: {} }
    expect(() => refuseRepeatedIds([draft, draft, { ...draft, id }])).not.toThrow()
  })
})
