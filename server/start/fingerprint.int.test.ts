import { mkdirSync, mkdtempSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fingerprintSources } from '#server/start/fingerprint.ts'
import { testServices } from '#testing/services.ts'

function project(): string {
  const root = mkdtempSync(join(testServices().runDirectory, 'project-'))
  mkdirSync(join(root, 'app', 'jobs'), { recursive: true })
  writeFileSync(join(root, 'app', 'jobs', 'page.tsx'), 'export default 1')
  writeFileSync(join(root, 'package-lock.json'), '{}')
  return root
}

describe('fingerprintSources', () => {
  it('is that of the contents: another place, another time and tests change nothing', async () => {
    const root = project()
    const fingerprint = await fingerprintSources(root)
    utimesSync(join(root, 'app', 'jobs', 'page.tsx'), 1, 1)
    writeFileSync(join(root, 'app', 'jobs', 'page.test.tsx'), 'a test')
    expect(await fingerprintSources(root)).toBe(fingerprint)
    expect(await fingerprintSources(project())).toBe(fingerprint)
  })

  it.each<[string, (root: string) => void]>([
    ['a changed page', (root) => writeFileSync(join(root, 'app', 'jobs', 'page.tsx'), 'export default 2')],
    ['a new page', (root) => writeFileSync(join(root, 'app', 'page.tsx'), '')],
    [
      'a renamed page',
      (root) => renameSync(join(root, 'app', 'jobs', 'page.tsx'), join(root, 'app', 'jobs', 'other.tsx')),
    ],
    ['another package', (root) => writeFileSync(join(root, 'package-lock.json'), '{"a":1}')],
  ])('changes with %s', async (_what, change) => {
    const root = project()
    const fingerprint = await fingerprintSources(root)
    change(root)
    expect(await fingerprintSources(root)).not.toBe(fingerprint)
  })
})
