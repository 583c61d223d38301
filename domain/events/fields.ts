import { z } from 'zod'
import { limits } from '#domain/events/limits.ts'

/** Building blocks that several event types share. */

export const partId = z.string().min(1).max(limits.idCharacters)
export const shortText = z.string().min(1).max(limits.nameCharacters)
export const message = z.string().max(limits.messageCharacters)
export const count = z.int().nonnegative()

/** ISO 8601 has four digits for a year; with a zone west of Greenwich the last hours of 9999 are in year 10000. */
const YEAR_10000 = Date.UTC(10_000, 0, 1)

/**
 * ISO 8601 with a zone: a time without one means another moment on every machine. Clocks that say 1969 are broken, not
 * early, and what toISOString prints with six digits for the year PostgreSQL cannot read.
 */
export const instant = z.iso
  .datetime({ offset: true })
  .refine((text) => isRecordable(Date.parse(text)), 'expected a time from 1970-01-01T00:00:00Z to the end of 9999')

function isRecordable(time: number): boolean {
  return time >= 0 && time < YEAR_10000
}

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
