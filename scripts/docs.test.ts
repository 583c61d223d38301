import { globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import packageJson from '#package.json' with { type: 'json' }

const root = fileURLToPath(new URL('..', import.meta.url))
const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).map((path) => ({
  path,
  text: readFileSync(join(root, path), 'utf8'),
}))

/** What a reader can click: `[…](target)`, and pictures as HTML has them. */
const target = /\]\(([^)\s]+)\)|\b(?:src|srcset|href)="([^"\s]+)"/g
/** A file that is named as code, by its folder: `server/live/follow.ts`. Folders that are only there at run time have a dot. */
const file = /`((?:app|bench|bin|chaos|cli|components|db|docs|domain|e2e|scripts|sdk|server|testing)\/[\w./[\]-]+)`/g
const script = /\bnpm run ([a-z][\w:-]*)/g

const exists = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined

it('finds the documents', () => {
  expect(documents.map(({ path }) => path)).toEqual(expect.arrayContaining(['README.md', join('docs', 'timeline.md')]))
})

it('links only to what there is', () => {
  const leadsSomewhere = (link: string, from: string) => {
    if (/^(https?|mailto):/.test(link)) return true
    const [to = '', anchor] = link.split('#')
    const found = to === '' ? join(root, from) : join(root, dirname(from), to)
    return exists(found) && (anchor === undefined || anchorsOf(readFileSync(found, 'utf8')).includes(anchor))
  }
  expect(named(target, leadsSomewhere)).toEqual([])
})

it('names only files that there are', () => {
  expect(named(file, (name) => exists(join(root, name)))).toEqual([])
})

it('names only scripts that package.json has', () => {
  expect(named(script, (name) => name in packageJson.scripts)).toEqual([])
})

/** What the documents name in a way and what does not hold, as `document: name`. */
function named(pattern: RegExp, holds: (name: string, from: string) => boolean): string[] {
  return documents.flatMap(({ path, text }) =>
    matches(text, pattern)
      .filter((name) => !holds(name, path))
      .map((name) => `${path}: ${name}`),
  )
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, ...groups]) => groups.find((group) => group !== undefined) ?? '')
}

/** Anchors as GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return matches(text, /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
