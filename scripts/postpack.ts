import { existsSync, renameSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Run by npm after it has packed: puts the clone's own package.json back. */
const root = fileURLToPath(new URL('..', import.meta.url))
if (existsSync(`${root}package.json.unpacked`)) renameSync(`${root}package.json.unpacked`, `${root}package.json`)
