import { existsSync, readFileSync } from 'node:fs'

/** From the package.json above: one folder up in a clone, two from dist/. An import of JSON makes Node 20 warn. */
export function readVersion(): string {
  const near = new URL('../package.json', import.meta.url)
  const path = existsSync(near) ? near : new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}
