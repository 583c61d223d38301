import { WaybillError } from '#domain/errors.ts'
import { parseSeq } from '#server/api/parseInput.ts'

/**
 * A parameter that may be given once.
 *
 * @throws WaybillError INVALID_INPUT if it is there twice; NUL_CHARACTER, which no text in PostgreSQL can hold
 */
export function readParameter(url: URL, name: string): string | undefined {
  const values = url.searchParams.getAll(name)
  if (values.length < 2) {
    if (!values[0]?.includes('\0')) return values[0]
    throw new WaybillError('NUL_CHARACTER', `The parameter ${name} holds NUL (%00).`, { details: { path: `/${name}` } })
  }
  throw new WaybillError('INVALID_INPUT', `The parameter ${name} is given ${values.length} times; give it once.`, {
    details: { path: `/${name}` },
  })
}

export function readSeqParameter(url: URL, name: string): number | undefined {
  const text = readParameter(url, name)
  return text === undefined ? undefined : parseSeq(text, name)
}

/** Comma-separated. */
export function readListParameter(url: URL, name: string): string[] | undefined {
  return readParameter(url, name)
    ?.split(',')
    .map((part) => part.trim())
}
