import { InvalidArgumentError } from 'commander'

/** Collects repeated `name=value` options. */
export function collectPairs(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It must look like name=value.')
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
}
