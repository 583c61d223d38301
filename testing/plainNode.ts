import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The machine's own Node if it has one, else ours: those who install the package do not have ours. */
export function findPlainNode(): string {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  return folders.map((folder) => join(folder, 'node')).find((path) => existsSync(path)) ?? process.execPath
}
