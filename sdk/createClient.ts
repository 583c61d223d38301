import { v7 as uuid } from 'uuid'
import type { WaybillError } from '#domain/errors.ts'
import type { PayloadOf } from '#domain/events/catalogue.ts'
import type { Draft } from '#domain/events/envelope.ts'
import type { JobPage, JobStatus, JobSummary } from '#domain/job/served.ts'
import type { JobState } from '#domain/job/shape.ts'
import { type EmitterStats, openEmitter, type Unsent } from '#sdk/emit/emitter.ts'
import { prepareDraft } from '#sdk/emit/prepareDraft.ts'
import { follow } from '#sdk/follow/follow.ts'
import { type JobHandle, jobHandle } from '#sdk/handles/job.ts'
import { readSettings } from '#sdk/readSettings.ts'
import type { BatchSettings, BufferSettings, RetrySettings } from '#sdk/settings.ts'
import { emitEvents } from '#sdk/wire/emitEvents.ts'
import { type RetryNotice, retrying } from '#sdk/wire/retrying.ts'
import { callProcedure, type InputOf, type Procedure } from '#sdk/wire/rpc.ts'
import { untilAborted } from '#sdk/wire/untilAborted.ts'
import { withDeadline } from '#sdk/wire/withDeadline.ts'

export type ClientOptions = {
  /** where Waybill is, e.g. `http://127.0.0.1:4100` */
  url: string
  /** `wb_…`; leave it out only in a browser that has a session */
  key?: string | undefined
  /** where events come from (host, runner), for those that do not say; 200 characters */
  source?: string
  /** how events travel together: up to so many, so many bytes, or after so many milliseconds */
  batch?: Partial<BatchSettings>
  /** how much may wait for the server, over all jobs, and what happens beyond it */
  buffer?: Partial<BufferSettings>
  /** pauses between tries, and when to stop trying: never, unless told otherwise */
  retry?: Partial<RetrySettings>
  /** milliseconds after which an unanswered request is repeated */
  requestMs?: number
  /** milliseconds of silence after which an event stream is opened anew; the server writes every 15 s */
  silenceMs?: number
  /**
   * Told of each event the server will not take, and why; the others are recorded all the same. Without it the next
   * flush rejects with the first refusal.
   */
  onRefused?: (draft: Draft, error: WaybillError, jobId: string) => void
  /** Told of each failure that is followed by another try. */
  onRetry?: (notice: RetryNotice) => void
  /** default: the global one */
  fetch?: typeof fetch
}

export type NewJob = Omit<PayloadOf<'job.created'>, 'requestId' | 'inputs'> & {
  inputs?: PayloadOf<'job.created'>['inputs']
  /** idempotency key: the same one gives the same job; made if absent */
  requestId?: string
}

export type JobQuery = {
  state?: JobState
  action?: string
  userId?: string
  /** found in title, action, requestId or id */
  text?: string
  cursor?: string
  /** up to 200; default 50 */
  limit?: number
}

export type Client = AsyncDisposable & {
  jobs: {
    /** Records a new job. Repeated until it is known to be recorded, like events. */
    create(job: NewJob, options?: { signal?: AbortSignal }): Promise<JobHandle>
    /** @throws WaybillError NOT_FOUND also for a job of another organisation */
    get(jobId: string, options?: { logs?: number }): Promise<JobStatus>
    summary(jobId: string): Promise<JobSummary>
    list(query?: JobQuery): Promise<JobPage>
  }
  /** A job that exists already. Asks nothing of the server. */
  job(jobId: string): JobHandle
  /** Resolves once everything emitted so far is recorded, or refused. */
  flush(): Promise<void>
  stats(): EmitterStats
  /**
   * Delivers what is buffered and refuses more. When the signal aborts first, resolves to the events that are not known
   * to be recorded, oldest first: emitted again later with their ids, none is recorded twice.
   */
  close(options?: { signal?: AbortSignal }): Promise<Unsent[]>
}

/**
 * A client of a Waybill server, for Node 20 and newer and for browsers. Holds no connection and no timer while idle, so
 * it never keeps a process alive; as long as events wait to be delivered, it does.
 *
 * @throws WaybillError BAD_SETTING for a URL or a number that cannot be right
 */
export function createClient(options: ClientOptions): Client {
  const settings = readSettings(options)
  const { server, retry, requestMs, onRetry } = settings
  const emitter = openEmitter({
    ...settings,
    onRefused: options.onRefused,
    send: async (jobId, items, signal) => {
      const request = { jobId, ids: items.map((item) => item.id), texts: items.map((item) => item.text) }
      await withDeadline(requestMs, signal, (cut) => emitEvents(server, request, cut))
    },
  })

  /** One procedure call with its deadline. */
  function call<P extends Procedure>(
    kind: 'query' | 'mutation',
    procedure: P,
    input: InputOf<P>,
    signal?: AbortSignal,
  ) {
    return withDeadline(requestMs, signal, (cut) => callProcedure(server, kind, { procedure, input, signal: cut }))
  }

  async function create({ inputs = {}, requestId = uuid(), ...rest }: NewJob, signal?: AbortSignal) {
    const job = { ...rest, inputs, requestId }
    const { id } = await retrying(() => call('mutation', 'jobs.create', job, signal), {
      ...retry,
      signal,
      onRetry,
    })
    return handleOf(id)
  }

  const get = (jobId: string, { logs }: { logs?: number } = {}) =>
    call('query', 'jobs.get', { jobId, ...(logs !== undefined && { logs }) })
  const summary = (jobId: string) => call('query', 'jobs.summary', { jobId })

  function handleOf(jobId: string): JobHandle {
    return jobHandle(jobId, {
      emit: (draft) => emitter.emit(jobId, draft),
      flush: () => emitter.flush(jobId),
      get: (options) => get(jobId, options),
      follow: (options = {}) => follow({ ...settings, jobId, readEnd: () => summary(jobId) }, options),
      append: async (drafts, { expectedSeq, signal } = {}) => {
        const items = drafts.map((draft) => prepareDraft(draft, settings.source))
        const request = { jobId, ids: items.map(({ id }) => id), texts: items.map(({ text }) => text), expectedSeq }
        await emitter.flush(jobId)
        return retrying(() => withDeadline(requestMs, signal, (cut) => emitEvents(server, request, cut)), {
          ...retry,
          signal,
          onRetry,
        })
      },
    })
  }

  async function close({ signal }: { signal?: AbortSignal } = {}): Promise<Unsent[]> {
    emitter.seal()
    let unsent: Unsent[] = []
    try {
      await untilAborted(emitter.flush(), signal)
    } finally {
      unsent = emitter.stop()
    }
    return unsent
  }

  return {
    jobs: {
      create: (job, { signal } = {}) => create(job, signal),
      get,
      summary,
      list: (query = {}) => call('query', 'jobs.list', query),
    },
    job: handleOf,
    flush: () => emitter.flush(),
    stats: emitter.stats,
    close,
    [Symbol.asyncDispose]: async () => {
      await close()
    },
  }
}
