import type { z } from 'zod'
import { WaybillError } from '#domain/errors.ts'
import { isFinal } from '#domain/job/shape.ts'
import { hitLimits, type SearchMessage } from '#domain/search/messages.ts'
import { parseQuery } from '#domain/search/parseQuery.ts'
import type { Query } from '#domain/search/query.ts'
import type { Context } from '#server/api/context.ts'
import type { searchInput } from '#server/api/inputs.ts'
import { parseJobId } from '#server/api/parseInput.ts'
import type { Projector } from '#server/projector/openProjector.ts'
import type { JobLines } from '#server/search/openSearch.ts'

/**
 * Finds lines of a job's output. The generator holds one of the few places for searches until it has ended or was left
 * with `return`.
 *
 * @throws WaybillError NOT_FOUND, INVALID_QUERY, INVALID_INPUT, TOO_MANY_SEARCHES
 */
export async function searchOutput(
  { services, principal }: Context,
  { jobId, q, limit = hitLimits.usual, after = 0, before }: z.output<typeof searchInput>,
): Promise<AsyncGenerator<SearchMessage, void, undefined>> {
  const { journal, projector, search } = services
  const job = { orgId: principal.orgId, jobId: parseJobId(jobId) }
  const query = readQuery(q)
  if (before !== undefined && after > 0) {
    throw new WaybillError('INVALID_INPUT', 'Give either after or before: the hits are listed from one place.', {
      details: { path: '/before' },
    })
  }
  const [{ steps }, heads, totals] = await Promise.all([
    journal.listSteps(job),
    journal.readHeads([job]),
    projector.totalsOf([job]),
  ])
  const { head, state } = heads.get(job.jobId) ?? { head: 0, state: 'pending' as const }
  const task = { query, steps, now: Date.now(), isFinal: isFinal(state), limit, after, before: before ?? null }
  const lines = totals.get(job.jobId)?.outputLines ?? 0
  return search.start({ task, output: { head, lines, chunks: readTogether(projector.chunks(job)) } })
}

/** @throws WaybillError INVALID_QUERY that says what is wrong, and where */
function readQuery(text: string): Query {
  const { query, errors } = parseQuery(text)
  if (query !== null) return query
  const said = errors.map(({ from, message }) => `At character ${from + 1}: ${message}`)
  throw new WaybillError('INVALID_QUERY', said.join(' '), { details: { path: '/q' } })
}

/** Chunks for one message to the thread: it costs as much as a few chunks do. */
const TOGETHER = 16

async function* readTogether(stored: ReturnType<Projector['chunks']>): JobLines['chunks'] {
  let chunks: Uint8Array[] = []
  try {
    for (;;) {
      const { value, done } = await stored.next()
      if (done ? chunks.length > 0 : chunks.length === TOGETHER) {
        yield chunks
        chunks = []
      }
      if (done) return value
      chunks.push(value.body)
    }
  } finally {
    await stored.return({ head: 0 })
  }
}
