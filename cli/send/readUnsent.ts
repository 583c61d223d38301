import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { UnsentHeader } from '#cli/unsent/unsentFile.ts'
import { WaybillError } from '#domain/errors.ts'
import type { Draft } from '#domain/events/envelope.ts'
import { jobCreated } from '#domain/events/job.ts'

const header = z.object({
  waybill: z.literal('unsent'),
  version: z.literal(1),
  url: z.string(),
  job: jobCreated,
  writer: z.object({ pid: z.int().positive(), host: z.string() }).optional(),
})

/** Without its id, an event that is sent twice would be there twice. */
const draftLine = z.looseObject({ id: z.uuid(), type: z.string(), payload: z.unknown() })

/** Reads a file of unsent events: its header first, then draft by draft, in constant memory. */
export async function openUnsent(path: string): Promise<{ header: UnsentHeader; drafts: AsyncIterable<Draft> }> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })
  const iterator = lines[Symbol.asyncIterator]()
  const first = await iterator.next().catch((cause: NodeJS.ErrnoException) => {
    throw new WaybillError('NOT_FOUND', `${path} cannot be read (${cause.code}).`, { cause })
  })
  const parsed = header.safeParse(parseLine(first.done ? '' : first.value))
  if (!parsed.success) {
    throw new WaybillError('INVALID_INPUT', `${path} is not a file of unsent events: its first line does not say so.`)
  }
  return { header: parsed.data as UnsentHeader, drafts: readDrafts(path, iterator) }
}

async function* readDrafts(path: string, lines: AsyncIterator<string>): AsyncGenerator<Draft> {
  for (let number = 2; ; number++) {
    const { done, value } = await lines.next()
    if (done) return
    const draft = parseLine(value)
    // The last line of a process that was killed may be half a line; it was never confirmed to anybody.
    if (draft === undefined && (await lines.next()).done) return
    const { success, data } = draftLine.safeParse(draft)
    if (!success) throw new WaybillError('INVALID_JSON', `${path}, line ${number} is no event with an id.`)
    // Whether the rest is right is the server's to judge: one refused event must not hold up the others.
    yield data as Draft
  }
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
