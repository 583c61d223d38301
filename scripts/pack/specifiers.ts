import { posix } from 'node:path'

/** `from '…'`, `import '…'` and `import('…')`, as the formatter writes them and as tsc prints them. */
const specifier = /(\bfrom\s+|\bimport\s+|\bimport\()(['"])([^'"\n]+)\2/g

/** What a module or declaration file imports. */
export function findSpecifiers(code: string): string[] {
  return Array.from(code.matchAll(specifier), (match) => match[3] ?? '')
}

/** The file of ours that a specifier in `from` means, by its path from the root; null for a package. */
export function resolveOwn(text: string, from: string): string | null {
  if (text.startsWith('#')) return text.slice(1)
  if (!text.startsWith('.')) return null
  // tsc names the files of types it inferred without an ending, which Node's resolution does not know.
  const path = posix.join(posix.dirname(from), text)
  return posix.extname(path) === '' ? `${path}.ts` : path
}

/** The npm package that a specifier belongs to; null for ours and for Node's own modules. */
export function packageOf(text: string): string | null {
  if (/^[#.]|^node:/.test(text)) return null
  return text
    .split('/')
    .slice(0, text.startsWith('@') ? 2 : 1)
    .join('/')
}

/**
 * Code with our specifiers as relative paths to .js files: `#domain/errors.ts` in sdk/wire/rpc.ts becomes
 * `../../domain/errors.js`. Plain paths work in every tool; subpath imports would be those of whoever installs us.
 *
 * @param place where a file of ours lies in the package, by its path from the root
 */
export function rewriteSpecifiers(code: string, from: string, place: (path: string) => string): string {
  return code.replaceAll(specifier, (whole, before: string, quote: string, text: string) => {
    const own = resolveOwn(text, from)
    if (own === null) return whole
    const path = posix.relative(posix.dirname(place(from)), place(own))
    return `${before}${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`
  })
}
