import { buildPages } from '#server/start/buildPages.ts'
import { projectRoot } from '#server/start/projectRoot.ts'

/** Builds the pages ahead of `npm start`: for an image whose code is read-only, and before several servers start. */
await buildPages(projectRoot, (line) => process.stdout.write(`${line}\n`))
