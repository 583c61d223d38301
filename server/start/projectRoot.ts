import { fileURLToPath } from 'node:url'

/** Where app/, .next/ and node_modules/ are, whatever the working directory. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url))
