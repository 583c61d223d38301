import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { closureOf } from '#scripts/pack/closure.ts'
import { rewriteSpecifiers } from '#scripts/pack/specifiers.ts'

const programs = ['sdk/public.ts', 'cli/main.ts']
const declarations = ['sdk/public.ts']

/**
 * Writes dist/: the SDK and the command line as JavaScript, the SDK's declarations, and nothing that neither needs. Node
 * does not read TypeScript under node_modules.
 *
 * @returns the npm packages that they need
 */
export function emitPackage(root: string): Set<string> {
  const dist = join(root, 'dist')
  rmSync(dist, { recursive: true, force: true })
  const code = closureOf(programs, (path) => stripTypeScriptTypes(readFileSync(join(root, path), 'utf8')))
  for (const [path, text] of code.files) write(dist, path, rewriteSpecifiers(text, path, placeOf('.js')))

  const declared = mkdtempSync(join(tmpdir(), 'waybill-types-'))
  try {
    execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.package.json', '--outDir', declared], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const types = closureOf(declarations, (path) =>
      readFileSync(join(declared, path.replace(/\.ts$/, '.d.ts')), 'utf8'),
    )
    for (const [path, text] of types.files) {
      write(dist, path.replace(/\.ts$/, '.d.ts'), rewriteSpecifiers(text, path, placeOf('.js')))
    }
    return new Set([...code.packages, ...types.packages])
  } finally {
    rmSync(declared, { recursive: true })
  }
}

/** Where a file of the project lies below dist/; package.json stays outside of it. */
function placeOf(ending: string): (path: string) => string {
  return (path) => (path.endsWith('.json') ? `../${path}` : path.replace(/\.ts$/, ending))
}

function write(dist: string, path: string, text: string): void {
  const target = join(dist, path.endsWith('.d.ts') ? path : path.replace(/\.ts$/, '.js'))
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, text)
}
