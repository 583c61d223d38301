import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Everything that may end up in a page. */
const sources = ['app', 'components', 'domain', 'server', 'public']
const files = ['next.config.ts', 'proxy.ts', 'package.json', 'package-lock.json', 'tsconfig.json']

/** Names the contents that a build is made of; a file's time says nothing after a checkout or a copy. */
export async function fingerprintSources(root: string): Promise<string> {
  const nested = await Promise.all(sources.map((folder) => listFiles(root, folder)))
  const paths = [...files, ...nested.flat()].sort()
  const texts = await Promise.all(paths.map((path) => readFile(join(root, path)).catch(() => null)))
  const hash = createHash('sha256')
  for (const [index, path] of paths.entries()) {
    const text = texts[index]
    if (text) hash.update(`${path}\0${text.length}\0`).update(text)
  }
  return hash.digest('hex')
}

async function listFiles(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root).length))
}
