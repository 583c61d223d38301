import type { Json } from '#domain/events/fields.ts'
import { limits } from '#domain/events/limits.ts'

/** True for a plain object that survives a JSON round trip: no dates, functions, holes, NaN, and no cycle. */
export function isJsonObject(value: unknown): value is Record<string, Json> {
  return isPlainObject(value) && Object.values(value).every((member) => isJson(member, limits.depth - 1))
}

function isJson(value: unknown, depth: number): value is Json {
  if (value === null || typeof value === 'boolean') return true
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0')
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  if (depth === 0) return false
  if (Array.isArray(value)) return Array.from(value).every((item) => isJson(item, depth - 1))
  return isPlainObject(value) && Object.values(value).every((member) => isJson(member, depth - 1))
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
