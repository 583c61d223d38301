import { once } from 'node:events'
import { createWriteStream, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Look, RequestRecord, RunRecord, TranscriptLine, WindowRecord } from '#chaos/checker/evidence.ts'
import { evidenceFiles, type LookLine, windowLine } from '#chaos/checker/evidenceFiles.ts'
import { now } from '#chaos/clock.ts'

export type EvidenceWriter = {
  directory: string
  transcript(line: TranscriptLine): void
  look(look: Look): void
  windows(seen: readonly WindowRecord[]): void
  /** Everything else, and the end of it all: the checker may read from now on. */
  finish(run: RunRecord, requests: readonly RequestRecord[]): Promise<void>
}

/** Events of a look in one line. */
const PAIRS_PER_LINE = 50_000

/** Writes down as it happens what the checker is to judge. */
export function openEvidenceWriter(): EvidenceWriter {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-evidence-'))
  const open = (name: string) => createWriteStream(join(directory, name))
  const transcripts = open(evidenceFiles.transcripts)
  const looks = open(evidenceFiles.looks)
  const windows = open(evidenceFiles.windows)
  const lastSeen = new Map<string, string>()
  return {
    directory,
    transcript: (line) => transcripts.write(`${JSON.stringify(line)}\n`),
    look: ({ name, at, events: all }) => {
      const pairs = [...all]
      // A text of a million events would be near the longest that there can be.
      for (let i = 0; i === 0 || i < pairs.length; i += PAIRS_PER_LINE) {
        const line: LookLine = { name, at, events: pairs.slice(i, i + PAIRS_PER_LINE) }
        looks.write(`${JSON.stringify(line)}\n`)
      }
    },
    windows: (seen) => {
      for (const window of seen) {
        const text = JSON.stringify(windowLine(window))
        if (lastSeen.get(window.jobId) === text) continue
        lastSeen.set(window.jobId, text)
        windows.write(`${JSON.stringify({ ...windowLine(window), at: now() })}\n`)
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
