import { type ErrorCode, WaybillError } from '#domain/errors.ts'
import type { Json } from '#domain/events/fields.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype'])
const numberToken = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y

type Scan = { members: number; depth: number; badNumber: string | null }

/**
 * Parses JSON and refuses what JSON.parse loses silently: a repeated key (the first value vanishes), a number that does
 * not survive (1e400 comes back as null, 2^53+1 as its neighbour, -0 as 0), NUL and lone surrogates (no database keeps
 * them), keys that reach prototypes, and depth that would overflow a recursive reader.
 *
 * @param maxDepth levels of objects and arrays allowed
 * @throws WaybillError with `details.path`, a JSON Pointer (RFC 6901), where a place can be named
 */
export function parseStrictJson(text: string, maxDepth: number): Json {
  const scan = scanTokens(text, maxDepth)
  let value: Json
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new WaybillError('INVALID_JSON', `The text is not valid JSON: ${(cause as Error).message}`, { cause })
  }
  if (scan.badNumber !== null) {
    throw new WaybillError(
      'UNSAFE_NUMBER',
      `The number ${scan.badNumber.slice(0, 40)} would change in a JSON round trip; send it as a string.`,
    )
  }
  const members = { count: 0 }
  const fault = findFault(value, members)
  if (fault) {
    const path = `/${fault.path.map(escapePointer).join('/')}`
    throw new WaybillError(fault.code, `${faultText[fault.code]} At ${path}.`, { details: { path } })
  }
  if (members.count !== scan.members) {
    throw new WaybillError('DUPLICATE_KEY', 'An object names the same key twice; only one of the values would be kept.')
  }
  return value
}

type FaultCode = Extract<ErrorCode, 'FORBIDDEN_KEY' | 'NUL_CHARACTER' | 'LONE_SURROGATE'>
type Fault = { code: FaultCode; path: string[] }

const faultText: Record<FaultCode, string> = {
  FORBIDDEN_KEY: 'The keys __proto__, constructor and prototype are not allowed.',
  NUL_CHARACTER: 'A string holds NUL (U+0000); send such output with encoding "base64".',
  LONE_SURROGATE: 'A string holds half of a surrogate pair; send such output with encoding "base64".',
}

/** One pass over the raw text, outside strings: counts members, follows depth, judges number tokens. */
function scanTokens(text: string, maxDepth: number): Scan {
  let members = 0
  let depth = 0
  let badNumber: string | null = null
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = endOfString(text, at)
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > maxDepth) {
        throw new WaybillError('TOO_DEEP', `The JSON is nested deeper than ${maxDepth} levels.`)
      }
    } else if (code === 0x7d || code === 0x5d) {
      depth--
    } else if (code === 0x3a) {
      members++
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      numberToken.lastIndex = at
      const token = numberToken.exec(text)?.[0]
      if (token !== undefined) {
        if (badNumber === null && !survivesRoundTrip(token)) badNumber = token
        at += token.length - 1
      }
    }
  }
  return { members, depth, badNumber }
}

function endOfString(text: string, opening: number): number {
  let at = opening
  for (;;) {
    at = text.indexOf('"', at + 1)
    if (at === -1) return text.length
    let backslashes = 0
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return at
  }
}

function survivesRoundTrip(token: string): boolean {
  if (token.length <= 15 && token.charCodeAt(0) !== 0x2d && !/[eE]/.test(token)) return true
  return normalDecimal(token) === normalDecimal(String(Number(token)))
}

/** Sign, significant digits and exponent: 1.50e1, 15 and 15.0 are the same number. */
function normalDecimal(token: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token)
  if (!match) return token
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return `${sign}0`
  return `${sign}${significant}e${Number(exponent) - fraction.length + (digits.length - significant.length)}`
}

function findFault(value: Json, members: { count: number }): Fault | null {
  if (typeof value === 'string') {
    const code = faultOfString(value)
    return code === null ? null : { code, path: [] }
  }
  if (typeof value !== 'object' || value === null) return null
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const fault = findFault(item, members)
      if (fault) return { code: fault.code, path: [String(index), ...fault.path] }
    }
    return null
  }
  for (const key of Object.keys(value)) {
    members.count++
    const code = forbiddenKeys.has(key) ? 'FORBIDDEN_KEY' : faultOfString(key)
    if (code !== null) return { code, path: [key] }
    const fault = findFault(value[key] ?? null, members)
    if (fault) return { code: fault.code, path: [key, ...fault.path] }
  }
  return null
}

function faultOfString(text: string): FaultCode | null {
  if (text.includes('\0')) return 'NUL_CHARACTER'
  return text.isWellFormed() ? null : 'LONE_SURROGATE'
}

/** RFC 6901 §3; control characters and lone halves never reach an error message. */
function escapePointer(key: string): string {
  const shown = key.length > 60 ? `${key.slice(0, 60)}…` : key
  return shown.toWellFormed().replaceAll('\0', '\u2400').replaceAll('~', '~0').replaceAll('/', '~1')
}
