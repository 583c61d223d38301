import { z } from 'zod'
import { catalogue, eventTypes } from '#domain/events/catalogue.ts'
import { draftFields } from '#domain/events/envelope.ts'
import { json } from '#domain/events/fields.ts'
import { limits } from '#domain/events/limits.ts'
import { jobStates } from '#domain/job/shape.ts'

/** What the routes answer and take, for /openapi.json. Answers are described, not parsed: readers ignore what is new. */

const instant = z.iso.datetime()
const seq = z.int().positive()

export const eventSchema = z.union(
  eventTypes.map((type) =>
    z.object({
      id: z.uuid(),
      jobId: z.uuid(),
      seq,
      type: z.literal(type),
      occurredAt: instant,
      recordedAt: instant,
      actor: z.object({ userId: z.string(), kind: z.enum(['user', 'service', 'agent']), name: z.string().optional() }),
      source: draftFields.source,
      traceparent: draftFields.traceparent,
      causedBy: draftFields.causedBy,
      payload: catalogue[type],
      redactions: z.array(z.object({ path: z.string(), rule: z.string() })),
    }),
  ),
)

const draftSchema = z.union(
  eventTypes
    .filter((type) => type !== 'job.created')
    .map((type) => z.strictObject({ type: z.literal(type), payload: catalogue[type], ...draftFields })),
)

export const emitBodySchema = z.strictObject({
  events: z.array(draftSchema).min(1).max(limits.eventsPerRequest),
  expectedSeq: z.int().nonnegative().optional(),
})

export const emitResultSchema = z.object({
  firstSeq: seq.nullable(),
  lastSeq: seq.nullable(),
  results: z.array(z.object({ id: z.uuid(), seq, duplicate: z.boolean() })),
})

export const eventPageSchema = z.object({ events: z.array(eventSchema), next: z.int(), head: seq })

export const jobSchema = z.object({
  id: z.uuid(),
  state: z.enum(jobStates),
  createdAt: instant,
  startedAt: instant.optional(),
  completedAt: instant.optional(),
  output: json.optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  logs: z.array(z.string()),
  metadata: z.object({
    requestId: z.string(),
    userId: z.string(),
    orgId: z.uuid(),
    action: z.string(),
    inputs: z.record(z.string(), json),
  }),
})

export const jobStatusSchema = z.object({ requestId: z.string(), job: jobSchema })

const count = z.int().nonnegative()
const kinds = ['job', 'step', 'output', 'ai', 'gate'] as const
const perKind = <T extends z.ZodType>(schema: T) => z.object(Object.fromEntries(kinds.map((kind) => [kind, schema])))

const totalsSchema = z.object({
  events: count,
  kinds: perKind(count),
  outputLines: count,
  outputBytes: count,
  toolCalls: count,
  inputTokens: count,
  outputTokens: count,
  cacheReadInputTokens: count,
  cacheCreationInputTokens: count,
  reasoningOutputTokens: count,
  cost: z.record(z.string(), z.string()),
  artifacts: count,
  gatesPassed: count,
  gatesFailed: count,
})

export const outlineSchema = z.object({
  epoch: z.string(),
  head: seq,
  state: z.enum(jobStates),
  lastEventAt: instant,
  totals: totalsSchema,
  events: z.array(z.intersection(eventSchema, z.object({ cut: z.literal(true).optional() }))),
  next: seq.nullable(),
})

export const countsSchema = z.object({
  head: seq,
  originMs: count.nullable(),
  bucketMs: count,
  kinds: perKind(z.array(count)),
})

export const linePageSchema = z.object({
  page: count,
  full: z.boolean(),
  head: seq,
  count,
  baseTime: count,
  times: z.array(count),
  seqs: z.array(seq),
  source: z.array(count),
  sources: z.array(
    z.object({ scope: z.string(), stepId: z.string(), stream: z.enum(['stdout', 'stderr']), style: z.string() }),
  ),
  texts: z.array(z.string()),
  cut: z.record(z.string(), count),
})

export const lineOfSeqSchema = z.object({ line: seq, seq: seq.nullable(), lines: count, head: seq })

export const sessionSchema = z.object({ user: z.string(), org: z.string(), scopes: z.array(z.string()) })

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  requestId: z.string(),
  index: z.int().optional(),
  path: z.string().optional(),
})

const density = z.object({ origin: z.number(), width: z.number(), counts: z.array(z.int()) })
const counted = { scanned: z.int(), total: z.int() }

export const searchMessageSchema = z.union([
  z.object({ type: z.literal('start'), query: z.string(), lines: z.int(), head: seq }),
  z.object({
    type: z.literal('hits'),
    hits: z.array(
      z.object({
        line: z.int().positive(),
        seq,
        at: z.number(),
        scope: z.string(),
        stream: z.enum(['stdout', 'stderr']),
        text: z.string(),
        from: z.int(),
        ranges: z.array(z.tuple([z.int(), z.int()])),
      }),
    ),
  }),
  z.object({ type: z.literal('progress'), ...counted }),
  z.object({
    type: z.literal('done'),
    head: seq,
    ...counted,
    density: z.object({ lines: density, time: density }),
  }),
  z.object({ type: z.literal('failed'), problem: problemSchema }),
])
