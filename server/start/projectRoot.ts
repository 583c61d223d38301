import { fileURLToPath } from 'node:url'

/** Where app/, .pages/ and node_modules/ are, whatever the working directory. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url))
