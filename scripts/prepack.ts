import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { emitPackage } from '#scripts/pack/emitPackage.ts'
import { packedManifest } from '#scripts/pack/manifest.ts'

/** Run by npm before it packs: makes dist/, and puts the published package.json in place until postpack. */
const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = `${root}package.json`
const original = `${root}package.json.unpacked`

// A pack that was killed half-way leaves it: the original is what we want to start from.
if (existsSync(original)) copyFileSync(original, manifest)
const needed = emitPackage(root)
copyFileSync(manifest, original)
const packed = packedManifest(JSON.parse(readFileSync(manifest, 'utf8')), needed)
writeFileSync(manifest, `${JSON.stringify(packed, null, 2)}\n`)
