import { settlePagesMode } from '#server/env.ts'
import { buildPages } from '#server/start/buildPages.ts'
import { projectRoot } from '#server/start/projectRoot.ts'

/** Builds the pages ahead of `npm start`: for an image whose code is read-only, and before several servers start. */
settlePagesMode('production')
await buildPages(projectRoot, (line) => process.stdout.write(`${line}\n`))
