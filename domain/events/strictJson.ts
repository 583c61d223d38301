import { type ErrorCode, WaybillError } from '#domain/errors.ts'
import { errorPath } from '#domain/events/errorPath.ts'
import type { Json } from '#domain/events/fields.ts'
import { locateOffset, locateRepeatedKey } from '#domain/events/locateJson.ts'
import { scanJson } from '#domain/events/scanJson.ts'

/**
 * Parses JSON and refuses what JSON.parse loses silently: a repeated key (the first value vanishes), a number that does
 * not survive (1e400 comes back as null, 2^53+1 as its neighbour, -0 as 0), NUL and lone surrogates (no database keeps
 * them), keys that reach prototypes, and depth that would overflow a recursive reader.
 *
 * @param maxDepth levels of objects and arrays allowed
 * @throws WaybillError with `details.path`, a JSON Pointer (RFC 6901), where a place can be named: INVALID_JSON,
 *   TOO_DEEP, UNSAFE_NUMBER, FORBIDDEN_KEY, NUL_CHARACTER, LONE_SURROGATE, DUPLICATE_KEY
 */
export function parseStrictJson(text: string, maxDepth: number): Json {
  const { members, unsafeNumber } = scanJson(text, maxDepth)
  const value = parse(text)
  if (unsafeNumber !== null) {
    const shown = unsafeNumber.token.slice(0, 40)
    throw refusal(
      'UNSAFE_NUMBER',
      `The number ${shown} would change in a JSON round trip; send it as a string.`,
      locateOffset(text, unsafeNumber.at),
    )
  }
  const kept = { members: 0 }
  const fault = findFault(value, kept)
  if (fault) throw refusal(fault.code, faultText[fault.code], fault.path)
  if (kept.members !== members) {
    throw refusal(
      'DUPLICATE_KEY',
      'An object names the same key twice; only one of the values would be kept.',
      locateRepeatedKey(text) ?? [],
    )
  }
  return value
}

function refusal(code: ErrorCode, text: string, segments: readonly string[]): WaybillError {
  const path = errorPath(segments)
  return new WaybillError(code, path === '' ? text : `${text} At ${path}.`, { details: { path } })
}

function parse(text: string): Json {
  try {
    return JSON.parse(text)
  } catch (error) {
    // V8 quotes the text around the fault, which may be a secret on its way to be redacted: only the place may leave.
    const position = error instanceof SyntaxError ? / at position \d+/.exec(error.message)?.[0] : undefined
    throw new WaybillError('INVALID_JSON', `The text is not valid JSON${position ?? ''}.`)
  }
}

type FaultCode = Extract<ErrorCode, 'FORBIDDEN_KEY' | 'NUL_CHARACTER' | 'LONE_SURROGATE'>
type Fault = { code: FaultCode; path: string[] }

const faultText: Record<FaultCode, string> = {
  FORBIDDEN_KEY: 'The keys __proto__, constructor and prototype are not allowed.',
  NUL_CHARACTER: 'A string holds NUL (U+0000); send such output with encoding "base64".',
  LONE_SURROGATE: 'A string holds half of a surrogate pair; send such output with encoding "base64".',
}

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype'])

/** Finds the first string or key that must not be kept, and counts the members of all objects on the way. */
function findFault(value: Json, kept: { members: number }): Fault | null {
  if (typeof value === 'string') {
    const code = faultOfString(value)
    return code === null ? null : { code, path: [] }
  }
  if (typeof value !== 'object' || value === null) return null
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const fault = findFault(item, kept)
      if (fault) return { code: fault.code, path: [String(index), ...fault.path] }
    }
    return null
  }
  for (const key of Object.keys(value)) {
    kept.members++
    const code = forbiddenKeys.has(key) ? 'FORBIDDEN_KEY' : faultOfString(key)
    if (code !== null) return { code, path: [key] }
    const fault = findFault(value[key] ?? null, kept)
    if (fault) return { code: fault.code, path: [key, ...fault.path] }
  }
  return null
}

function faultOfString(text: string): FaultCode | null {
  if (text.includes('\0')) return 'NUL_CHARACTER'
  return text.isWellFormed() ? null : 'LONE_SURROGATE'
}
