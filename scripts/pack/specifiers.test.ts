import { describe, expect, it } from 'vitest'
import { packageOf, rewriteSpecifiers } from '#scripts/pack/specifiers.ts'

const place = (path: string) => path.replace(/\.ts$/, '.js')
const own = (path: string) => `'${'#'}${path}'`

describe('packing', () => {
  it('turns our imports into paths that every tool can follow, and leaves packages alone', () => {
    const rewrite = (code: string) => rewriteSpecifiers(code, 'sdk/wire/rpc.ts', place)
    expect(rewrite(`export { a } from ${own('domain/errors.ts')}`)).toBe("export { a } from '../../domain/errors.js'")
    expect(rewrite(`import ${own('sdk/wire/pause.ts')}`)).toBe("import './pause.js'")
    expect(rewrite(`await import(${own('sdk/tell.ts')})`)).toBe(`await import(${"'../tell.js'"})`)
    expect(rewrite(`import { v7 } from 'uuid'\nimport 'node:fs'`)).toBe(`import { v7 } from 'uuid'\nimport 'node:fs'`)
  })

  it('gives the types that tsc inferred the ending that Node wants', () => {
    const printed = `type A = import${'('}"./fields").Json`
    expect(rewriteSpecifiers(printed, 'domain/events/ai.ts', place)).toBe(`type A = import${'('}"./fields.js").Json`)
  })

  it('knows which package a specifier belongs to', () => {
    const specifiers = ['zod', '@scope/name/sub', 'a/b.js', 'node:fs', './x.ts', `${'#'}x.ts`]
    expect(specifiers.map(packageOf)).toEqual(['zod', '@scope/name', 'a', null, null, null])
  })
})
