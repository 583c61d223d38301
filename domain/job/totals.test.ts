import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Draft } from '#domain/events/envelope.ts'
import { addToTotals, type JobTotals, noTotals } from '#domain/job/totals.ts'
import { arbitraryDraft } from '#testing/arbitraryDrafts.ts'
import { createdEvent, eventOf } from '#testing/eventOf.ts'

function totalsOf(...drafts: Draft[]): JobTotals {
  const totals = noTotals()
  for (const [index, draft] of drafts.entries()) addToTotals(totals, eventOf(draft, index + 1))
  return totals
}

test('begins with nothing, each time anew', () => {
  addToTotals(noTotals(), createdEvent())
  expect(noTotals()).toMatchObject({ events: 0, kinds: { job: 0, step: 0, output: 0, ai: 0, gate: 0 }, cost: {} })
})

test('counts output in lines and in bytes as they left the command', () => {
  const output = (text: string, encoding?: 'base64'): Draft => ({
    type: 'step.output',
    payload: { stepId: 's', stream: 'stdout', text, ...(encoding && { encoding }) },
  })
  expect(totalsOf(output('é\nb'), output('/wA=', 'base64'), output(''))).toEqual({
    ...noTotals(),
    events: 3,
    kinds: { job: 0, step: 0, output: 3, ai: 0, gate: 0 },
    outputLines: 3,
    outputBytes: 6,
  })
})

test('sums tokens, and costs by currency without losing a digit', () => {
  const tokens = (currency: string, amount: string): Draft => ({
    type: 'ai.tokens_used',
    payload: {
      provider: 'p',
      model: 'm',
      inputTokens: 100,
      outputTokens: 10,
      cacheReadInputTokens: 60,
      cacheCreationInputTokens: 5,
      reasoningOutputTokens: 4,
      cost: { amount, currency },
    },
  })
  const bare: Draft = {
    type: 'ai.tokens_used',
    payload: { provider: 'p', model: 'm', inputTokens: 1, outputTokens: 2 },
  }
  expect(totalsOf(tokens('USD', '0.1'), tokens('USD', '0.2'), tokens('EUR', '7'), bare)).toMatchObject({
    inputTokens: 301,
    outputTokens: 32,
    cacheReadInputTokens: 180,
    cacheCreationInputTokens: 15,
    reasoningOutputTokens: 12,
    cost: { USD: '0.3', EUR: '7' },
  })
})

test('counts what happened of each other kind', () => {
  expect(
    totalsOf(
      { type: 'ai.tool_called', payload: { callId: 'c', tool: 't' } },
      { type: 'ai.artifact_created', payload: { artifactId: 'a', name: 'n', mediaType: 'm', bytes: 1 } },
      { type: 'gate.started', payload: { gateId: 'g', name: 'n' } },
      { type: 'gate.passed', payload: { gateId: 'g' } },
      { type: 'gate.failed', payload: { gateId: 'h' } },
      { type: 'gate.failed', payload: { gateId: 'i' } },
      { type: 'step.completed', payload: { stepId: 's', outcome: 'success' } },
    ),
  ).toMatchObject({
    kinds: { job: 0, step: 1, output: 0, ai: 2, gate: 4 },
    toolCalls: 1,
    artifacts: 1,
    gatesPassed: 1,
    gatesFailed: 2,
  })
})

test('counts an erased event as one of its kind and nothing else', () => {
  const totals = noTotals()
  addToTotals(totals, { type: 'step.output', payload: null })
  expect(totals).toEqual({ ...noTotals(), events: 1, kinds: { job: 0, step: 0, output: 1, ai: 0, gate: 0 } })
})

test('gives the same sums in one go and continued from stored JSON at any point', () => {
  fc.assert(
    fc.property(fc.array(arbitraryDraft), fc.nat(), (drafts, cut) => {
      const totals = totalsOf(...drafts.slice(0, cut))
      const continued: JobTotals = JSON.parse(JSON.stringify(totals))
      for (const draft of drafts.slice(cut)) addToTotals(continued, eventOf(draft, 1))
      expect(continued).toEqual(totalsOf(...drafts))
      expect(continued.events).toBe(Object.values(continued.kinds).reduce((sum, count) => sum + count))
    }),
  )
})
