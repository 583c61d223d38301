import { z } from 'zod'
import { failure, instant, json, partId, shortText } from '#domain/events/fields.ts'

/** Always seq 1, only through `jobs.create`. */
export const jobCreated = z.strictObject({
  action: shortText,
  inputs: z.record(z.string(), json),
  requestId: partId,
  title: shortText.optional(),
  labels: z.record(z.string().min(1).max(100), z.string().max(500)).optional(),
  parentJobId: z.uuid().optional(),
})

export const jobQueued = z.strictObject({
  queue: shortText.optional(),
  reason: z.enum(['initial', 'retry', 'delay']).optional(),
  runAt: instant.optional(),
  error: failure.optional(),
})

export const jobStarted = z.strictObject({ runner: shortText.optional() })

export const jobCompleted = z.strictObject({ output: json.optional() })

export const jobFailed = z.strictObject({
  error: failure,
  /** `failure` if absent; `cancellation` makes the job cancelled */
  outcome: z.enum(['failure', 'error', 'timeout', 'cancellation']).optional(),
})
