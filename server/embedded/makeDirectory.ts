import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a directory and those above it, unless they are there. Not by Node's own `recursive`: that tries for ever, and
 * hears no Ctrl-C, where the kernel answers ENOENT below a directory that exists (/proc, automounts).
 *
 * @throws what mkdir(2) says
 */
export function makeDirectory(path: string, mode: number): void {
  if (isDirectory(path)) return
  try {
    mkdirSync(path, mode)
  } catch (error) {
    // Another start may have made it just now.
    if (isDirectory(path)) return
    if (!isMissing(error) || dirname(path) === path) throw error
    makeDirectory(dirname(path), mode)
    mkdirSync(path, mode)
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
