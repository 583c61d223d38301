import type { Redaction } from '#domain/events/envelope.ts'
import type { Json } from '#domain/events/fields.ts'
import type { Inputs } from '#domain/redaction/inputPolicy.ts'
import { jsonPointer } from '#domain/redaction/jsonPointer.ts'
import { namesSecret } from '#domain/redaction/secretKeys.ts'

const RULE = 'secret-key'

/** Replaces each value under a key that names a secret, whatever its type, and says where. */
export function redactSecretKeys(
  inputs: Inputs,
  under: readonly string[],
): { inputs: Inputs; redactions: Redaction[] } {
  const redactions: Redaction[] = []
  return { inputs: cleanMembers(inputs, under, redactions), redactions }
}

function cleanMembers(members: Inputs, path: readonly string[], redactions: Redaction[]): Inputs {
  const clean: Inputs = {}
  for (const [key, value] of Object.entries(members)) {
    const at = [...path, key]
    if (value !== null && namesSecret(key, value)) {
      redactions.push({ path: jsonPointer(at), rule: RULE })
      clean[key] = `[redacted:${RULE}]`
    } else {
      clean[key] = cleanValue(value, at, redactions)
    }
  }
  return clean
}

function cleanValue(value: Json, path: readonly string[], redactions: Redaction[]): Json {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item, index) => cleanValue(item, [...path, String(index)], redactions))
  return cleanMembers(value, path, redactions)
}
