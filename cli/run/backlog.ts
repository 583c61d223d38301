import { renameSync } from 'node:fs'
import { createUnsentFile, type UnsentFile, type UnsentHeader, writerHere } from '#cli/unsent/unsentFile.ts'
import type { Draft } from '#domain/events/envelope.ts'

/**
 * Drafts that wait to be handed to the client, in order. A few in memory; beyond that in a file, so that neither a slow
 * server nor a missing one can hold back the command or fill the memory.
 */
export type Backlog = {
  put(draft: Draft): void
  take(): Draft | undefined
  isEmpty(): boolean
  /** Leaves `older`, then everything that still waits, in the file. @returns its path */
  keep(older: readonly Draft[]): string
  /** Everything was delivered. */
  discard(): void
}

/** Characters of output and events in memory before the file is used. */
const MOST = { characters: 512 * 1024, drafts: 1000 }

export function openBacklog(path: string, header: UnsentHeader): Backlog {
  const memory: Draft[] = []
  let characters = 0
  let file: UnsentFile | undefined

  function put(draft: Draft): void {
    const isFull = characters >= MOST.characters || memory.length >= MOST.drafts
    // Once something is in the file, everything newer has to go behind it.
    if (isFull || file?.isEmpty() === false) {
      file ??= createUnsentFile(path, { ...header, writer: writerHere() })
      file.append(draft)
    } else {
      memory.push(draft)
      characters += sizeOf(draft)
    }
  }

  function take(): Draft | undefined {
    const draft = memory.shift()
    if (draft) characters -= sizeOf(draft)
    return draft ?? file?.take()
  }

  return {
    put,
    take,
    isEmpty: () => memory.length === 0 && (file?.isEmpty() ?? true),
    keep: (older) => {
      const kept = createUnsentFile(`${path}.part`, header)
      for (const draft of older) kept.append(draft)
      for (let draft = take(); draft; draft = take()) kept.append(draft)
      kept.close()
      file?.remove()
      renameSync(`${path}.part`, path)
      return path
    },
    discard: () => file?.remove(),
  }
}

function sizeOf(draft: Draft): number {
  return draft.type === 'step.output' ? draft.payload.text.length : 500
}
