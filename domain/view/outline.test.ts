import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Event } from '#domain/events/envelope.ts'
import { emptyView, type JobView, partKey, replay } from '#domain/job/replay.ts'
import { findStep } from '#domain/job/shape.ts'
import { outlineOf, outlineRoom } from '#domain/view/outline.ts'
import { addToOutline, noOutline, type OutlineIndex } from '#domain/view/outlineIndex.ts'
import { joinRuns, pairsOf } from '#domain/view/seqRuns.ts'
import { arbitraryDraft } from '#testing/arbitraryDrafts.ts'
import { createdEvent, eventOf } from '#testing/eventOf.ts'

const drafts = fc.array(arbitraryDraft, { minLength: 1, maxLength: 80, size: 'max' })

/** What a job of these drafts records, and the index kept beside it. */
function record(candidates: readonly Parameters<typeof eventOf>[0][]): { events: Event[]; index: OutlineIndex } {
  const view = emptyView()
  const index = noOutline()
  const events: Event[] = []
  const take = (event: Event) => {
    if (replay(view, event) !== null) return
    events.push(event)
    addToOutline(index, { seq: event.seq, type: event.type, ...placeOf(view, event) })
  }
  take(createdEvent())
  for (const draft of candidates) take(eventOf(draft, view.head + 1))
  return { events, index }
}

function placeOf(view: JobView, event: Event): { scope: string; startsStep: boolean } {
  if (event.type !== 'step.output' && event.type !== 'step.progress') return { scope: '', startsStep: false }
  const { stepId } = event.payload
  const scope = partKey(view.shape.attempt, findStep(view.shape, stepId)?.run ?? 0, stepId)
  return { scope, startsStep: view.steps.get(scope)?.startedSeq === event.seq }
}

function outlineFrom({ events, index }: { events: Event[]; index: OutlineIndex }): Event[] {
  const progress = Object.values(index.progress)
    .sort((a, b) => a - b)
    .flatMap((seq) => [seq, seq])
  const seqs = [...pairsOf(joinRuns(index.runs, progress))].flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, at) => first + at),
  )
  return seqs.flatMap((seq) => events[seq - 1] ?? []).map(outlineOf)
}

/** All of a view but what output adds to it. */
function structureOf(events: readonly Event[]) {
  const view = emptyView()
  const refusals = events.map((event) => replay(view, event)).filter((refusal) => refusal !== null)
  const { shape, shapeSeq, createdAt, startedAt, endedAt, steps, gates } = view
  const { outputLines: _lines, outputBytes: _bytes, events: _events, kinds, ...totals } = view.totals
  const { output: _output, step: _step, ...ofKinds } = kinds
  return { refusals, shape, shapeSeq, createdAt, startedAt, endedAt, steps, gates, totals, ofKinds }
}

describe('an outline', () => {
  test('replays to what the whole journal replays to, at every seq', () => {
    fc.assert(
      fc.property(drafts, fc.nat({ max: 80 }), (candidates, at) => {
        const recorded = record(candidates)
        const outline = outlineFrom(recorded)
        expect(structureOf(outline)).toEqual(structureOf(recorded.events))
        const until = (events: readonly Event[]) => structureOf(events.filter((event) => event.seq <= at))
        expect(until(outline)).toEqual(until(recorded.events))
      }),
    )
  })

  test('has no output but what started a step, and of progress the newest of each run besides', () => {
    fc.assert(
      fc.property(drafts, (candidates) => {
        const { events, index } = record(candidates)
        const outline = outlineFrom({ events, index })
        const starts = new Set([...structureOf(events).steps.values()].map((step) => step.startedSeq))
        const newest = new Set(Object.values(index.progress))
        for (const event of outline) {
          if (event.type === 'step.output') expect(starts).toContain(event.seq)
          if (event.type === 'step.progress') expect(starts.has(event.seq) || newest.has(event.seq)).toBe(true)
        }
        expect(new Set(outline.map((event) => event.seq)).size).toBe(outline.length)
      }),
    )
  })
})

describe('an event in an outline', () => {
  const long = 'x'.repeat(5000)
  const cutOf = (draft: Parameters<typeof eventOf>[0]) => outlineOf(eventOf(draft, 2))

  test('that is short is the event itself', () => {
    const event = eventOf({ type: 'ai.tool_called', payload: { callId: 'c', tool: 't', result: { ok: true } } }, 2)
    expect(outlineOf(event)).toBe(event)
  })

  test('has the beginning of what is long, each of its own kind, and says so', () => {
    const result = { list: Array.from({ length: 2000 }, (_, i) => i), after: 1 }
    const { payload, cut } = cutOf({
      type: 'ai.tool_called',
      payload: {
        callId: 'c',
        tool: 't',
        arguments: { path: 'a', body: long },
        result,
        error: { code: 'e', message: long },
      },
    })
    expect(cut).toBe(true)
    expect(JSON.stringify(payload).length).toBeLessThan(4 * outlineRoom)
    expect(payload).toMatchObject({
      callId: 'c',
      arguments: { path: 'a', body: expect.stringMatching(/^x{900,}…$/) },
      result: { list: expect.arrayContaining([0, 1, 2]) },
      error: { code: 'e', message: expect.stringMatching(/^x{1024}…$/) },
    })
  })

  test('keeps evidence a list of seqs, and an address whole', () => {
    const evidence = Array.from({ length: 1000 }, (_, i) => i + 1)
    const gate = cutOf({ type: 'gate.failed', payload: { gateId: 'g', evidence } })
    expect(gate).toMatchObject({ cut: true, payload: { evidence: expect.arrayContaining([1, 2, 3]) } })
    expect(JSON.stringify(gate.payload).length).toBeLessThan(2 * outlineRoom)
    const uri = `https://a.example/${'x'.repeat(2000)}`
    const artifact = { artifactId: 'a', name: 'n', mediaType: 't', bytes: 1, uri }
    expect(cutOf({ type: 'ai.artifact_created', payload: artifact }).cut).toBeUndefined()
  })

  test('has no output', () => {
    const output = { stepId: 's', stream: 'stderr' as const, text: 'aGk=', encoding: 'base64' as const }
    expect(cutOf({ type: 'step.output', payload: output })).toMatchObject({
      cut: true,
      payload: { stepId: 's', stream: 'stderr', text: '' },
    })
  })

  test('is never half of a character', () => {
    const message = `${'x'.repeat(outlineRoom - 1)}😀${long}`
    const event = cutOf({ type: 'step.progress', payload: { stepId: 's', completed: 1, message } })
    expect(JSON.stringify(event)).not.toContain('\\ud83d')
  })
})
