import { findSpecifiers, packageOf, resolveOwn } from '#scripts/pack/specifiers.ts'

/** Everything that files need, directly or through others. */
export type Closure = { /** code by path from the root */ files: Map<string, string>; packages: Set<string> }

/** @param read the code of a file of ours, whose imports are all needed */
export function closureOf(entries: readonly string[], read: (path: string) => string): Closure {
  const files = new Map<string, string>()
  const packages = new Set<string>()
  const open = [...entries]
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (files.has(path) || path.endsWith('.json')) continue
    const code = read(path)
    files.set(path, code)
    for (const text of findSpecifiers(code)) {
      const own = resolveOwn(text, path)
      if (own !== null) open.push(own)
      const name = packageOf(text)
      if (name !== null) packages.add(name)
    }
  }
  return { files, packages }
}
