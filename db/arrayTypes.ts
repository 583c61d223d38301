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
  const texts = items.map((item) => {
    if (item === null || item === undefined) return 'NULL'
    return `"${String(item).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  })
  return `{${texts.join(',')}}`
}

/** A one-dimensional array as PostgreSQL writes it; elements stay text. */
export function parseArray(text: string): (string | null)[] {
  const items = text.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^",]+)/gs)
  return Array.from(items, ([, quoted, bare]) => {
    if (quoted !== undefined) return quoted.replaceAll(/\\(.)/gs, '$1')
    return bare === undefined || bare === 'NULL' ? null : bare
  })
}
