import type { Route } from '#server/http/route.ts'

export type Matcher = (pathname: string) => { routes: Route[]; params: Record<string, string> } | null

/** Finds the routes of a path, whatever the method, so that a wrong method can be told from a wrong path. */
export function compileRoutes(routes: readonly Route[]): Matcher {
  const byPath = Map.groupBy(routes, (route) => route.path)
  const compiled = Array.from(byPath, ([path, routes]) => ({ pattern: toPattern(path), routes }))
  return (pathname) => {
    for (const { pattern, routes } of compiled) {
      const match = pattern.exec(pathname)
      if (!match) continue
      const params = decodeAll(match.groups ?? {})
      return params && { routes, params }
    }
    return null
  }
}

function toPattern(path: string): RegExp {
  const source = path.replaceAll('.', '\\.').replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')
  return new RegExp(`^${source}$`)
}

/** null: not decodable, so it names nothing here. */
function decodeAll(groups: Record<string, string>): Record<string, string> | null {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decodeURIComponent(text)]))
  } catch {
    return null
  }
}
