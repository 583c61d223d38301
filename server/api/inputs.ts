import { z } from 'zod'
import { catalogue } from '#domain/events/catalogue.ts'
import { shortText } from '#domain/events/fields.ts'
import { limits } from '#domain/events/limits.ts'
import { jobStates } from '#domain/job/shape.ts'
import { hitLimits } from '#domain/search/messages.ts'
import { mostBuckets } from '#domain/view/countPyramid.ts'

/** What the operations take. One set of schemas for tRPC, REST and the OpenAPI description. */

/** Rows of one page at most; a page of events is also bounded in bytes. */
export const pageLimits = { jobs: 200, events: 1000, logs: 10_000 } as const
export const pageDefaults = { jobs: 50, events: 100, logs: 1000 } as const

/** Any text: what is no UUID is answered like an unknown job. */
const jobId = z.string()
const seq = z.int().nonnegative()

export const createJobInput = catalogue['job.created']

export const jobInput = z.strictObject({ jobId })

export const getJobInput = z.strictObject({ jobId, logs: z.int().nonnegative().max(pageLimits.logs).optional() })

export const listJobsInput = z.strictObject({
  state: z.enum(jobStates).optional(),
  action: shortText.optional(),
  userId: shortText.optional(),
  /** found in title, action, requestId or id, whatever the case */
  text: z.string().max(limits.nameCharacters).optional(),
  cursor: z.string().max(100).optional(),
  limit: z.int().positive().max(pageLimits.jobs).optional(),
})

export const viewInput = z.strictObject({ jobId, after: seq.optional() })

export const countsInput = z.strictObject({ jobId, buckets: z.int().positive().max(mostBuckets).optional() })

export const linePageInput = z.strictObject({ jobId, page: seq, epoch: z.string().max(100).optional() })

/** The first line that came with this event or a later one; default: the first of all. */
export const lineOfSeqInput = z.strictObject({ jobId, seq: seq.optional() })

/** Without a job: all of the organisation. */
export const rebuildInput = z.strictObject({ jobId: jobId.optional() })

export const facetsInput = listJobsInput.omit({ cursor: true, limit: true })

/** `events` is judged one by one (parseDraft), so that each refusal names its index. */
export const emitInput = z.strictObject({ jobId, events: z.array(z.unknown()).min(1), expectedSeq: seq.optional() })

export const listEventsInput = z.strictObject({
  jobId,
  after: seq.optional(),
  before: seq.optional(),
  /** `step.output`, or `gate.*` for a whole group */
  types: z.array(z.string()).max(50).optional(),
  stepId: z.string().max(limits.idCharacters).optional(),
  limit: z.int().positive().max(pageLimits.events).optional(),
})

/** `event`: a seq or an id, as text */
export const eventInput = z.strictObject({ jobId, event: z.string() })

export const searchInput = z.strictObject({
  jobId,
  q: z.string(),
  limit: z.int().nonnegative().max(hitLimits.most).optional(),
  after: seq.optional(),
  before: seq.optional(),
})

/** tRPC's clients send the last tracked id as text when they come back. */
export const followInput = z.strictObject({ jobId, lastEventId: z.union([z.string(), seq]).optional() })
