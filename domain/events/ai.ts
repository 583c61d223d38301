import { z } from 'zod'
import { count, failure, json, partId, shortText, stepId } from '#domain/events/fields.ts'

export const aiToolCalled = z.strictObject({
  callId: partId,
  tool: shortText,
  arguments: json.optional(),
  result: json.optional(),
  error: failure.optional(),
  durationMs: z.number().nonnegative().optional(),
  stepId: stepId.optional(),
})

/** Meanings as in OpenTelemetry GenAI: the cache counts are parts of inputTokens, reasoning a part of outputTokens. */
export const aiTokensUsed = z.strictObject({
  provider: shortText,
  model: shortText,
  inputTokens: count,
  outputTokens: count,
  cacheReadInputTokens: count.optional(),
  cacheCreationInputTokens: count.optional(),
  reasoningOutputTokens: count.optional(),
  cost: z
    .strictObject({
      /** decimal text: binary floats lose cents */
      amount: z.string().regex(/^\d{1,15}(\.\d{1,15})?$/, 'a decimal like "0.0123"'),
      currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code like "USD"'),
      priceTable: shortText.optional(),
    })
    .optional(),
  callId: partId.optional(),
  stepId: stepId.optional(),
})

export const aiArtifactCreated = z.strictObject({
  artifactId: partId,
  name: shortText,
  mediaType: shortText,
  bytes: count,
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, '64 lowercase hex digits')
    .optional(),
  uri: z.string().min(1).max(2048).optional(),
  stepId: stepId.optional(),
})
