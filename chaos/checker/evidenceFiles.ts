import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Look, RequestRecord, RunRecord, TranscriptLine, WindowRecord } from '#chaos/checker/evidence.ts'

/** Where in a directory the evidence of a run lies. JSON, one record a line where there are many. */
export const evidenceFiles = {
  run: 'run.json',
  requests: 'requests.jsonl',
  transcripts: 'transcripts.jsonl',
  looks: 'looks.jsonl',
  windows: 'windows.jsonl',
  report: 'report.json',
} as const

export function readRun(directory: string): RunRecord {
  return JSON.parse(readFileSync(join(directory, evidenceFiles.run), 'utf8'))
}

export async function readRequests(directory: string): Promise<RequestRecord[]> {
  return Array.fromAsync(readLines<RequestRecord>(join(directory, evidenceFiles.requests)))
}

export function readTranscripts(directory: string): AsyncIterable<TranscriptLine> {
  return readLines(join(directory, evidenceFiles.transcripts))
}

/** Windows as they were during the run, without content. */
export function readSeenWindows(directory: string): AsyncIterable<WindowRecord> {
  return readLines(join(directory, evidenceFiles.windows))
}

/** A look as a line: its map becomes a list of pairs. */
export type LookLine = Omit<Look, 'events'> & { events: [string, string][] }

export async function readLooks(directory: string): Promise<Look[]> {
  const lines = await Array.fromAsync(readLines<LookLine>(join(directory, evidenceFiles.looks)))
  return lines.map((look) => ({ ...look, events: new Map(look.events) }))
}

async function* readLines<T>(path: string): AsyncGenerator<T> {
  for await (const line of createInterface({ input: createReadStream(path, 'utf8') })) yield JSON.parse(line)
}
