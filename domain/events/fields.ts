import { z } from 'zod'
import { limits } from '#domain/events/limits.ts'

/** Building blocks that several event types share. */

export const partId = z.string().min(1).max(limits.idCharacters)
export const shortText = z.string().min(1).max(limits.nameCharacters)
export const message = z.string().max(limits.messageCharacters)
export const count = z.int().nonnegative()

/**
 * ISO 8601 with a zone: a time without one means another moment on every machine. PostgreSQL has no year 0, and clocks
 * that say 1969 are broken, not early.
 */
export const instant = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) >= 0, 'expected a time after 1970-01-01T00:00:00Z')

export const stepId = partId
export const gateId = partId

/** OpenTelemetry's CI/CD result set (semantic conventions, `cicd.pipeline.task.run.result`). */
export const outcomes = ['success', 'failure', 'error', 'timeout', 'cancellation', 'skip'] as const
export const outcome = z.enum(outcomes)
export type Outcome = (typeof outcomes)[number]

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
/** Any JSON. What is not JSON never gets here (parseStrictJson); a recursive schema would walk every tool result twice. */
export const json = z.custom<Json>((value) => value !== undefined, 'expected a JSON value')

export const failure = z.strictObject({ code: shortText, message })
