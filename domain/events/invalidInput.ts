import type { z } from 'zod'
import { WaybillError } from '#domain/errors.ts'
import { errorPath } from '#domain/events/errorPath.ts'

/** Turns zod's first complaint into a refusal that names the place. Unknown fields have a code of their own. */
export function invalidInput(
  error: z.ZodError,
  where: { what: string; index?: number; under?: readonly string[] },
): WaybillError {
  const issue = error.issues[0]
  const segments = [...(where.under ?? []), ...(issue?.path ?? []).map(String)]
  const unknownField = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  if (unknownField !== undefined) segments.push(unknownField)
  const path = errorPath(segments)
  const details = where.index === undefined ? { path } : { index: where.index, path }
  if (unknownField !== undefined) {
    return new WaybillError('UNKNOWN_FIELD', `${where.what}: there is no field ${path}.`, { details })
  }
  const place = path === '' ? '' : ` at ${path}`
  return new WaybillError('INVALID_INPUT', `${where.what}: ${issue?.message ?? 'invalid'}${place}.`, { details })
}
