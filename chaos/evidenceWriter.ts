import { once } from 'node:events'
import { createWriteStream, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Look, RequestRecord, RunRecord, TranscriptLine, WindowRecord } from '#chaos/checker/evidence.ts'
import { evidenceFiles, type LookLine } from '#chaos/checker/evidenceFiles.ts'

export type EvidenceWriter = {
  directory: string
  transcript(line: TranscriptLine): void
  look(look: Look): void
  windows(seen: readonly WindowRecord[]): void
  /** Everything else, and the end of it all: the checker may read from now on. */
  finish(run: RunRecord, requests: readonly RequestRecord[]): Promise<void>
}

/** Writes down as it happens what the checker is to judge. */
export function openEvidenceWriter(): EvidenceWriter {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-evidence-'))
  const open = (name: string) => createWriteStream(join(directory, name))
  const transcripts = open(evidenceFiles.transcripts)
  const looks = open(evidenceFiles.looks)
  const windows = open(evidenceFiles.windows)
  return {
    directory,
    transcript: (line) => transcripts.write(`${JSON.stringify(line)}\n`),
    look: (look) => {
      const line: LookLine = { ...look, events: [...look.events] }
      looks.write(`${JSON.stringify(line)}\n`)
    },
    windows: (seen) => {
      for (const { jobId, entries } of seen) {
        const line: WindowRecord = { jobId, entries: entries.map(({ id, type }) => ({ id, type, json: null })) }
        windows.write(`${JSON.stringify(line)}\n`)
      }
    },
    finish: async (run, requests) => {
      writeFileSync(join(directory, evidenceFiles.run), JSON.stringify(run))
      const lines = open(evidenceFiles.requests)
      for (const request of requests) lines.write(`${JSON.stringify(request)}\n`)
      for (const stream of [transcripts, looks, windows, lines]) {
        stream.end()
        await once(stream, 'close')
      }
    },
  }
}
