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

/** A window as a line, without content: its first and last seq where it is a run, as it should be; else all ids. */
export type WindowLine = { jobId: string; at?: number } & ({ run: [first: number, last: number] } | { ids: string[] })

export function windowLine({ jobId, entries }: WindowRecord): WindowLine {
  const first = Number.parseInt(entries[0]?.id ?? '1', 10)
  const isRun = entries.every(({ id }, index) => id === `${first + index}-0`)
  return isRun ? { jobId, run: [first, first + entries.length - 1] } : { jobId, ids: entries.map(({ id }) => id) }
}

/** Windows as they were during the run, without content. */
export async function* readSeenWindows(directory: string): AsyncGenerator<WindowRecord> {
  for await (const line of readLines<WindowLine>(join(directory, evidenceFiles.windows))) {
    const ids = 'ids' in line ? line.ids : idsOf(line.run)
    const { jobId, at } = line
    yield { jobId, ...(at !== undefined && { at }), entries: ids.map((id) => ({ id, type: '', json: null })) }
  }
}

function idsOf([first, last]: [number, number]): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${first + index}-0`)
}

/** A look as lines: its map becomes a list of pairs, in pieces. */
export type LookLine = Omit<Look, 'events'> & { events: [string, string][] }

export async function readLooks(directory: string): Promise<Look[]> {
  const looks = new Map<string, Look>()
  for await (const { name, at, events } of readLines<LookLine>(join(directory, evidenceFiles.looks))) {
    const look = looks.get(name) ?? { name, at, events: new Map() }
    looks.set(name, look)
    for (const [key, value] of events) look.events.set(key, value)
  }
  return [...looks.values()]
}

async function* readLines<T>(path: string): AsyncGenerator<T> {
  for await (const line of createInterface({ input: createReadStream(path, 'utf8') })) yield JSON.parse(line)
}
