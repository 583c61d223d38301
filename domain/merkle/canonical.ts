/**
 * Canonical JSON, RFC 8785: keys sorted by UTF-16 code units, numbers and strings as ECMAScript prints them, no space.
 * Undefined members are left out, as in JSON.stringify. Input must be JSON without cycles (parseStrictJson).
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const record = value as Record<string, unknown>
  let text = ''
  for (const key of Object.keys(record).sort()) {
    const member = record[key]
    if (member === undefined) continue
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`
  }
  return `{${text}}`
}
