import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brokenArrows } from '#scripts/arrows.ts'

/**
 * Checks every TypeScript file of the project against the arrows of scripts/arrows.ts. Biome's noRestrictedImports cannot
 * tell `import type` from an import, and dependency-cruiser needs the JS API that TypeScript 7 has no more.
 */
export function checkArrows(): boolean {
  // Files not yet added count too: a broken arrow should show before the commit.
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx'], {
    encoding: 'utf8',
  })
  const files = listed.split('\n').filter((path) => path !== '' && !path.endsWith('.d.ts') && existsSync(path))
  const broken = files.flatMap((path) => brokenArrows(path, readFileSync(path, 'utf8')))
  for (const line of broken) process.stdout.write(`${line}\n`)
  process.stdout.write(`${files.length} files, ${broken.length} imports against the arrows\n`)
  return files.length > 0 && broken.length === 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = checkArrows() ? 0 : 1
