import fc from 'fast-check'
import type { EventType, PayloadOf } from '#domain/events/catalogue.ts'
import type { Draft } from '#domain/events/envelope.ts'
import { outcomes } from '#domain/events/fields.ts'
import { arbitraryJson } from '#testing/arbitraryJson.ts'

/** Few ids, so that events of one sequence meet the same steps and gates. */
const partId = fc.constantFrom('a', 'b', 'c', 'd')
const text = fc.string({ minLength: 1, maxLength: 20 }).map((value) => value.replaceAll('\0', '·'))
const count = fc.nat({ max: 1_000_000 })
const json = arbitraryJson(2)
const failure = fc.record({ code: text, message: text })
const instant = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())
const decimal = fc
  .tuple(fc.nat(), fc.option(fc.stringMatching(/^\d{1,15}$/), { nil: null }))
  .map(([whole, fraction]) => (fraction === null ? String(whole) : `${whole}.${fraction}`))

const output = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).map((value) => ({ text: value.toWellFormed().replaceAll('\0', '\n') })),
  fc
    .uint8Array({ maxLength: 40 })
    .map((bytes) => ({ text: Buffer.from(bytes).toString('base64'), encoding: 'base64' as const })),
)

/** fast-check's record with some keys required, its type as the catalogue has it: optional, never undefined. */
function payload<T extends object>(
  model: { [K in keyof T]-?: fc.Arbitrary<Exclude<T[K], undefined>> },
  requiredKeys: readonly (keyof T)[],
): fc.Arbitrary<T> {
  return fc.record(model, { requiredKeys: [...requiredKeys] }) as fc.Arbitrary<T>
}

const decided = payload<PayloadOf<'gate.passed'>>(
  {
    gateId: partId,
    decidedBy: text,
    reason: text,
    evidence: fc.array(fc.oneof(fc.uuid(), fc.integer({ min: 1, max: 9 }))),
  },
  ['gateId'],
)

/** Valid payloads of every type, every optional field there or not. */
export const arbitraryPayloads: { [T in EventType]: fc.Arbitrary<PayloadOf<T>> } = {
  'job.created': payload<PayloadOf<'job.created'>>(
    {
      action: text,
      inputs: fc.dictionary(
        fc.string().filter((key) => key !== '__proto__'),
        json,
        { maxKeys: 3, noNullPrototype: true },
      ),
      requestId: text,
      title: text,
      labels: fc.dictionary(
        text.filter((key) => key !== '__proto__'),
        text,
        { maxKeys: 3, noNullPrototype: true },
      ),
      parentJobId: fc.uuid(),
    },
    ['action', 'inputs', 'requestId'],
  ),
  'job.queued': payload<PayloadOf<'job.queued'>>(
    { queue: text, reason: fc.constantFrom('initial', 'retry', 'delay'), runAt: instant, error: failure },
    [],
  ),
  'job.started': payload<PayloadOf<'job.started'>>({ runner: text }, []),
  'job.completed': payload<PayloadOf<'job.completed'>>({ output: json }, []),
  'job.failed': payload<PayloadOf<'job.failed'>>(
    { error: failure, outcome: fc.constantFrom('failure', 'error', 'timeout', 'cancellation') },
    ['error'],
  ),
  'step.started': payload<PayloadOf<'step.started'>>({ stepId: partId, name: text, parentStepId: partId, kind: text }, [
    'stepId',
    'name',
  ]),
  'step.progress': payload<PayloadOf<'step.progress'>>(
    { stepId: partId, completed: count, total: count, message: text },
    ['stepId', 'completed'],
  ),
  'step.output': fc
    .tuple(partId, fc.constantFrom('stdout' as const, 'stderr' as const), output)
    .map(([stepId, stream, content]) => ({ stepId, stream, ...content })),
  'step.completed': payload<PayloadOf<'step.completed'>>(
    { stepId: partId, outcome: fc.constantFrom(...outcomes), exitCode: fc.integer(), signal: text, error: failure },
    ['stepId', 'outcome'],
  ),
  'ai.tool_called': payload<PayloadOf<'ai.tool_called'>>(
    { callId: text, tool: text, arguments: json, result: json, error: failure, durationMs: count, stepId: partId },
    ['callId', 'tool'],
  ),
  'ai.tokens_used': payload<PayloadOf<'ai.tokens_used'>>(
    {
      provider: text,
      model: text,
      inputTokens: count,
      outputTokens: count,
      cacheReadInputTokens: count,
      cacheCreationInputTokens: count,
      reasoningOutputTokens: count,
      cost: fc.record(
        { amount: decimal, currency: fc.constantFrom('EUR', 'USD'), priceTable: text },
        { requiredKeys: ['amount', 'currency'] },
      ),
      callId: text,
      stepId: partId,
    },
    ['provider', 'model', 'inputTokens', 'outputTokens'],
  ),
  'ai.artifact_created': payload<PayloadOf<'ai.artifact_created'>>(
    {
      artifactId: text,
      name: text,
      mediaType: text,
      bytes: count,
      sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
      uri: fc.webUrl(),
      stepId: partId,
    },
    ['artifactId', 'name', 'mediaType', 'bytes'],
  ),
  'gate.started': payload<PayloadOf<'gate.started'>>(
    {
      gateId: partId,
      name: text,
      kind: fc.constantFrom('check', 'approval'),
      rule: text,
      subject: text,
      expiresAt: instant,
      stepId: partId,
    },
    ['gateId', 'name'],
  ),
  'gate.passed': decided,
  'gate.failed': decided,
}

/** How often a type is drawn: final events are rare, or no sequence would become long. */
const weights: Record<Draft['type'], number> = {
  'job.queued': 6,
  'job.started': 9,
  'job.completed': 1,
  'job.failed': 1,
  'step.started': 36,
  'step.progress': 9,
  'step.output': 18,
  'step.completed': 30,
  'ai.tool_called': 6,
  'ai.tokens_used': 6,
  'ai.artifact_created': 3,
  'gate.started': 18,
  'gate.passed': 9,
  'gate.failed': 9,
}

/** Drafts that are valid by themselves; whether a job in some state takes them is the reducer's to say. */
export const arbitraryDraft: fc.Arbitrary<Draft> = fc.oneof(
  ...(Object.entries(weights) as [Draft['type'], number][]).map(([type, weight]) => ({
    weight,
    arbitrary: (arbitraryPayloads[type] as fc.Arbitrary<unknown>).map((body) => ({ type, payload: body }) as Draft),
  })),
)
