/** One type of the driver's option `types`. */
type ArrayType = {
  to: number
  from: number[]
  serialize(items: readonly unknown[]): string
  parse(text: string): (string | null)[]
}

/** Object ids of the array types that our statements use: stable for ever (PostgreSQL's pg_type.dat). */
const objectIds = { 'int4[]': 1007, 'text[]': 1009, 'int8[]': 1016, 'timestamptz[]': 1185, 'uuid[]': 2951 }

/**
 * Arrays as the driver would learn them by asking the catalogue on each new connection. It must not ask: when the
 * connection is lost just then, nobody handles the rejection and the process ends.
 */
export const arrayTypes: { [name: string]: ArrayType } = Object.fromEntries(
  Object.entries(objectIds).map(([name, oid]) => [
    name,
    { to: oid, from: [oid], serialize: serializeArray, parse: parseArray },
  ]),
)

/** A one-dimensional array as PostgreSQL reads it (manual, 8.15.6): every element quoted, so that none is special. */
export function serializeArray(items: readonly unknown[]): string {
  let text = '{'
  let last: unknown
  let lastQuoted = ''
  for (const [index, item] of items.entries()) {
    // Events of one request share their actor, and most their type: quoted once.
    if (index === 0 || item !== last) {
      last = item
      lastQuoted = item === null || item === undefined ? 'NULL' : quote(String(item))
    }
    text += index === 0 ? lastQuoted : `,${lastQuoted}`
  }
  return `${text}}`
}

/** Control characters: JSON has escapes for them that PostgreSQL does not know. */
const control = /\p{Cc}/u

/** Both escape `"` and `\\` alike; JSON.stringify does it in a quarter of the time. */
function quote(text: string): string {
  if (!control.test(text) && text.isWellFormed()) return JSON.stringify(text)
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

/** A one-dimensional array as PostgreSQL writes it; elements stay text. */
export function parseArray(text: string): (string | null)[] {
  const items = text.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^",]+)/gs)
  return Array.from(items, ([, quoted, bare]) => {
    if (quoted !== undefined) return quoted.replaceAll(/\\(.)/gs, '$1')
    return bare === undefined || bare === 'NULL' ? null : bare
  })
}
