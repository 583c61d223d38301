import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Draft } from '#domain/events/envelope.ts'
import type { NewJob } from '#sdk/createClient.ts'

/** The job a file's events belong to: enough to create it, or to find it by its requestId if it exists already. */
export type UnsentHeader = {
  waybill: 'unsent'
  version: 1
  /** where it was to be sent */
  url: string
  job: NewJob & { requestId: string }
  /** who still writes to the file */
  writer?: { pid: number; host: string }
}

export const unsentName = /^waybill-unsent-[\w-]+\.jsonl$/

/** Where such files go: the data directory if there is one that can be written to, else here, else where anybody can. */
export function unsentDirectory(dataDir: string | undefined, cwd: string): string {
  return [dataDir, cwd].find((directory) => directory !== undefined && isWritable(directory)) ?? tmpdir()
}

export function unsentPath(directory: string, requestId: string): string {
  return join(directory, `waybill-unsent-${requestId}.jsonl`)
}

export function writerHere(): { pid: number; host: string } {
  return { pid: process.pid, host: hostname() }
}

/**
 * A queue of drafts in a file (JSON Lines, a header first, mode 0600: output may hold anything). Written and read at once,
 * not later: whoever writes here does so because memory has to stay small.
 */
export type UnsentFile = {
  readonly path: string
  append(draft: Draft): void
  /** The oldest draft that was not taken yet. */
  take(): Draft | undefined
  isEmpty(): boolean
  close(): void
  remove(): void
}

const READ_BYTES = 64 * 1024
const NEWLINE = 0x0a

/** Makes the file. It must not exist: a name that is taken belongs to a record that somebody still needs. */
export function createUnsentFile(path: string, header: UnsentHeader): UnsentFile {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600)
  const start = writeSync(fd, `${JSON.stringify(header)}\n`)
  let readAt = start
  let writeAt = start
  let ahead = Buffer.alloc(0)

  function readLine(): Buffer | undefined {
    for (;;) {
      const newline = ahead.indexOf(NEWLINE)
      if (newline >= 0) {
        const line = ahead.subarray(0, newline)
        ahead = ahead.subarray(newline + 1)
        return line
      }
      const block = Buffer.alloc(READ_BYTES)
      const bytes = readSync(fd, block, 0, READ_BYTES, readAt)
      if (bytes === 0) return undefined
      readAt += bytes
      ahead = Buffer.concat([ahead, block.subarray(0, bytes)])
    }
  }

  function rewindWhenEmpty(): void {
    if (readAt < writeAt || ahead.length > 0) return
    // Space that was read once is not needed again: a command that runs for days must not fill the disk.
    ftruncateSync(fd, start)
    readAt = writeAt = start
  }

  return {
    path,
    append: (draft) => {
      writeAt += writeSync(fd, `${JSON.stringify(draft)}\n`, writeAt)
    },
    take: () => {
      const line = readLine()
      rewindWhenEmpty()
      return line && (JSON.parse(line.toString()) as Draft)
    },
    isEmpty: () => readAt >= writeAt && ahead.length === 0,
    close: () => {
      // Only what is worth keeping: a file with nothing but a header would ask to be sent for nothing.
      if (fstatSync(fd).size <= start) unlinkSync(path)
      closeSync(fd)
    },
    remove: () => {
      unlinkSync(path)
      closeSync(fd)
    },
  }
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}
