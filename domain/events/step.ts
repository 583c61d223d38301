import { z } from 'zod'
import { failure, message, outcome, shortText, stepId } from '#domain/events/fields.ts'

export const stepStarted = z.strictObject({
  stepId,
  name: shortText,
  parentStepId: stepId.optional(),
  kind: shortText.optional(),
})

export const stepProgress = z.strictObject({
  stepId,
  completed: z.number().nonnegative(),
  total: z.number().nonnegative().optional(),
  message: message.optional(),
})

/** Joining the texts of a step and stream gives the exact bytes back; `base64` carries what is no valid UTF-8 or holds NUL. */
export const stepOutput = z.strictObject({
  stepId,
  stream: z.enum(['stdout', 'stderr']),
  text: z.string(),
  encoding: z.literal('base64').optional(),
})

export const stepCompleted = z.strictObject({
  stepId,
  outcome,
  exitCode: z.int().optional(),
  signal: shortText.optional(),
  error: failure.optional(),
})
