import { z } from 'zod'
import { gateId, instant, message, shortText, stepId } from '#domain/events/fields.ts'

export const gateStarted = z.strictObject({
  gateId,
  name: shortText,
  kind: z.enum(['check', 'approval']).optional(),
  rule: message.optional(),
  /** what is decided on: text or digest */
  subject: message.optional(),
  expiresAt: instant.optional(),
  stepId: stepId.optional(),
})

export const gateDecided = z.strictObject({
  gateId,
  decidedBy: shortText.optional(),
  reason: message.optional(),
  /** event ids or seqs of the same job */
  evidence: z
    .array(z.union([z.uuid(), z.int().positive()]))
    .max(1000)
    .optional(),
})
