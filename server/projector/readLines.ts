import type { Sql } from 'postgres'
import { WaybillError } from '#domain/errors.ts'
import { decodeChunk, encodeChunk, type LineChunk } from '#domain/view/lineChunk.ts'
import { type LineOfSeq, type LinePage, linesPerPage, makePage } from '#domain/view/linePage.ts'
import type { JobAddress } from '#server/journal/journal.ts'
import { compress, decompress } from '#server/projector/compression.ts'
import { loadOpenLines } from '#server/projector/foldEvents.ts'
import { type JobAsOf, type LineRange, readProjection, type StoredChunk } from '#server/projector/readProjection.ts'

/**
 * A page of a job's output lines. The one after the last full page is there too, though it may be empty.
 *
 * @param page from 0
 * @throws WaybillError NOT_FOUND: unknown or foreign job, or a page beyond the last
 */
export async function readLinePage(sql: Sql, job: JobAddress, page: number): Promise<LinePage> {
  const range = { from: page * linesPerPage, to: (page + 1) * linesPerPage }
  const stored = (await readStored(sql, job, range)).map(decodeStored)
  // Nothing else can change it: neither the job nor what is projected needs to be looked at.
  if (stored.reduce((sum, { texts }) => sum + texts.length, 0) === linesPerPage) return makePage(page, stored, 0)
  const { head, chunks, lines } = await readLinesAsOf(sql, job, range)
  if (page > Math.floor(lines / linesPerPage)) throw noSuchPage(page, lines)
  return makePage(page, chunks, head)
}

/** The first line that came with `seq` or a later event. @throws WaybillError NOT_FOUND */
export async function readLineOfSeq(sql: Sql, job: JobAddress, seq: number): Promise<LineOfSeq> {
  const { orgId, jobId } = job
  const [place] = await sql<{ first_line: number | null; end: number | null }[]>`
    select
      (select first_line from line_chunks where job_id = ${jobId} and org_id = ${orgId} and last_seq >= ${seq}
        order by first_line limit 1) as first_line,
      (select first_line + lines from line_chunks where job_id = ${jobId} and org_id = ${orgId}
        order by first_line desc limit 1) as "end"`
  const found = place?.first_line ?? null
  // Not stored when we looked; it may be by now, in a chunk after those that we saw.
  const range = found === null ? { from: place?.end ?? 0, to: Number.MAX_SAFE_INTEGER } : { from: found, to: found + 1 }
  const { head, chunks, lines } = await readLinesAsOf(sql, job, range)
  for (const { firstLine, seqs } of chunks) {
    const at = seqs.findIndex((found) => found >= seq)
    if (at !== -1) return { line: firstLine + at + 1, seq: seqs[at] ?? null, lines, head }
  }
  return { line: lines + 1, seq: null, lines, head }
}

/** Chunks of one query: about a megabyte. */
const CHUNKS_TOGETHER = 64

/**
 * All lines of a job as they are stored, in their order: each `body` is compressed (compression.ts) and encodeChunk's text.
 *
 * @returns the head through which these are all lines
 * @throws WaybillError NOT_FOUND
 */
export async function* readChunks(sql: Sql, job: JobAddress): AsyncGenerator<StoredChunk, { head: number }> {
  let from = 0
  for (;;) {
    const stored = await readStored(sql, job, { from, to: Number.MAX_SAFE_INTEGER }, CHUNKS_TOGETHER)
    for (const chunk of stored) {
      from = chunk.firstLine + chunk.lines
      yield chunk
    }
    if (stored.length < CHUNKS_TOGETHER) break
  }
  const { head, chunks } = await readLinesAsOf(sql, job, { from, to: Number.MAX_SAFE_INTEGER })
  for (const chunk of chunks) {
    const { firstLine, texts } = chunk
    yield { firstLine, lines: texts.length, body: compress(encodeChunk(chunk)) }
  }
  return { head }
}

async function readStored(
  sql: Sql,
  { orgId, jobId }: JobAddress,
  { from, to }: LineRange,
  most = linesPerPage,
): Promise<StoredChunk[]> {
  const rows = await sql<{ first_line: number; lines: number; body: Uint8Array }[]>`
    select first_line, lines, body from line_chunks
    where job_id = ${jobId} and org_id = ${orgId} and first_line >= ${from} and first_line < ${to}
    order by first_line limit ${most}`
  return rows.map(({ first_line, lines, body }) => ({ firstLine: first_line, lines, body }))
}

/** Stored chunks of the range, and all lines that no stored chunk holds. */
async function readLinesAsOf(
  sql: Sql,
  job: JobAddress,
  range: LineRange,
): Promise<{ head: number; chunks: LineChunk[]; lines: number }> {
  const unstored: LineChunk[] = []
  const isWanted = ({ firstLine, texts }: LineChunk) => firstLine + texts.length > range.from && firstLine < range.to
  const sink = { chunk: (chunk: LineChunk) => void (isWanted(chunk) && unstored.push(chunk)) }
  const { head, fold, chunks }: JobAsOf = await readProjection(sql, job, { lines: range, sink })
  if (fold.lines.state.openLines > 0 && !fold.lines.openChunk()) await loadOpenLines(sql, job.jobId, fold)
  const open = fold.lines.openChunk()
  return {
    head,
    chunks: [...chunks.map(decodeStored), ...unstored, ...(open && isWanted(open) ? [open] : [])],
    lines: fold.lines.lines,
  }
}

function decodeStored({ body }: StoredChunk): LineChunk {
  return decodeChunk(decompress(body))
}

function noSuchPage(page: number, lines: number): WaybillError {
  const last = Math.floor(lines / linesPerPage)
  return new WaybillError(
    'NOT_FOUND',
    `There is no page ${page} of lines yet: the job has ${lines} lines, pages 0 to ${last}.`,
  )
}
