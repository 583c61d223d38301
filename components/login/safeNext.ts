/**
 * Where to go after login: a path of this site, or the list of jobs. `//host`, `/\host` and absolute addresses would send
 * the reader, freshly signed in, to somebody else.
 */
export function safeNext(next: string | null): string {
  if (next === null || !/^\/(?![/\\])/.test(next)) return '/'
  try {
    const url = new URL(next, 'http://here.invalid')
    return url.origin === 'http://here.invalid' && url.pathname !== '/login'
      ? url.pathname + url.search + url.hash
      : '/'
  } catch {
    return '/'
  }
}
