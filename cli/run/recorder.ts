import { v7 as uuid } from 'uuid'
import type { Backlog } from '#cli/run/backlog.ts'
import { isWaybillError, type WaybillError } from '#domain/errors.ts'
import type { Draft } from '#domain/events/envelope.ts'
import type { Client, NewJob } from '#sdk/createClient.ts'
import type { JobHandle } from '#sdk/handles/job.ts'
import { untilAborted } from '#sdk/wire/untilAborted.ts'

/** What became of a record. `kept` is the path of the file that holds what could not be delivered. */
export type RecordEnd = { jobId: string | undefined; kept: string | undefined; cause: WaybillError | undefined }

/**
 * Takes down what a command does, at once and without ever waiting, and delivers it behind the command's back.
 */
export type Recorder = {
  record(draft: Draft): void
  /** Resolves to the job once it exists, to null after `ms` or when the server will not have it. */
  created(ms: number): Promise<JobHandle | null>
  /** why the server will not have the record */
  cause(): WaybillError | undefined
  /** Told by the client: events of this job will not be taken, whatever they hold. */
  giveUp(draft: Draft, error: WaybillError): void
  /** Nothing is to be recorded after all. */
  abandon(): Promise<void>
  /** Delivers the rest; when the signal aborts, what is left goes into the file. */
  finish(stop: AbortSignal): Promise<RecordEnd>
}

export function openRecorder(client: Client, job: NewJob & { requestId: string }, backlog: Backlog): Recorder {
  const stopping = new AbortController()
  const givenUp: Draft[] = []
  const inHand: Draft[] = []
  let cause: WaybillError | undefined
  let handle: JobHandle | undefined
  let wake = () => {}
  let isFinishing = false

  const creating = create().then(
    (created) => {
      handle = created
      return created
    },
    (error: unknown) => {
      cause ??= isWaybillError(error) ? error : undefined
      return null
    },
  )
  const pumping = creating.then((created) => (created ? pump(created) : undefined))

  async function create(): Promise<JobHandle> {
    const { signal } = stopping
    try {
      return await client.jobs.create(job, { signal })
    } catch (error) {
      // The job around us may be of another server, or of a data directory that is gone; ours is real all the same.
      if (!isWaybillError(error) || error.code !== 'NOT_FOUND' || job.parentJobId === undefined) throw error
      delete job.parentJobId
      return client.jobs.create(job, { signal })
    }
  }

  async function pump(to: JobHandle): Promise<void> {
    while (!stopping.signal.aborted && cause === undefined) {
      const draft = backlog.take()
      if (draft === undefined) {
        if (isFinishing) return
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      try {
        await to.emit(draft)
      } catch {
        // The client was closed while this one waited for room.
        inHand.push(draft)
      }
    }
  }

  return {
    record: (draft) => {
      backlog.put({ ...draft, id: uuid(), occurredAt: new Date().toISOString() })
      wake()
    },
    created: (ms) => {
      const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), ms).unref())
      return Promise.race([creating, late])
    },
    cause: () => cause,
    giveUp: (draft, error) => {
      cause ??= error
      givenUp.push(draft)
      wake()
    },
    abandon: async () => {
      stopping.abort()
      wake()
      await client.close({ signal: stopping.signal })
    },
    finish: async (stop) => {
      isFinishing = true
      wake()
      await untilAborted(pumping, stop)
      const unsent = await client.close({ signal: cause ? AbortSignal.abort() : stop })
      stopping.abort()
      wake()
      await pumping
      const older = [...givenUp, ...unsent.map(({ draft }) => draft), ...inHand]
      const isDelivered = handle !== undefined && older.length === 0 && backlog.isEmpty()
      if (isDelivered) backlog.discard()
      return { jobId: handle?.id, kept: isDelivered ? undefined : backlog.keep(older), cause }
    },
  }
}
