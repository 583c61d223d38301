import { WaybillError } from '#domain/errors.ts'
import type { StoredEvent } from '#server/journal/journal.ts'
import { liveSettings } from '#server/live/settings.ts'
import type { ScriptArguments, ValkeyClient } from '#server/live/valkeyClient.ts'
import { readEntries, type WindowEntry } from '#server/live/windowEntry.ts'
import { windowKeys } from '#server/live/windowKeys.ts'

/** `hole`: the window ends at `end` (0: it is empty), and the events do not follow that. */
export type WriteResult = { what: 'added' | 'there' | 'hole'; end: number }

/** What a window holds; all 0 when there is none. */
export type WindowView = { first: number; last: number; length: number }

/** Contiguous entries of one job, and whether the job is in a final state after them. */
export type WindowWrite = { jobId: string; entries: readonly WindowEntry[]; final: boolean }

export type WindowOptions = {
  client: ValkeyClient
  epoch: string
  /** SPUBLISH on a cluster */
  publish: 'PUBLISH' | 'SPUBLISH'
  /** events a window holds; default 1,000 */
  length?: number
}

/** The newest events of jobs, in Valkey Streams. Everything rejects when Valkey does not answer in time. */
export class JobWindow {
  readonly #options: WindowOptions
  #retired = false
  readonly length: number

  constructor(options: WindowOptions) {
    this.#options = options
    this.length = options.length ?? liveSettings.windowLength
  }

  /** From now on everything rejects, also what is under way: these windows are of a history that may be no more. */
  retire(): void {
    this.#retired = true
  }

  /** Adds what the window lacks of these events, and wakes who follows. */
  async append(write: WindowWrite): Promise<WriteResult> {
    return toResult(await this.#current(() => this.#options.client.appendToWindow(...this.#arguments(write))))
  }

  /** Replaces the window by these events, unless it is whole and ends at or after them. */
  async reset(write: WindowWrite): Promise<WriteResult> {
    return toResult(await this.#current(() => this.#options.client.resetWindow(...this.#arguments(write))))
  }

  async look(jobId: string): Promise<WindowView> {
    const [first, last, length] = await this.#current(() => this.#options.client.lookAtWindow(this.#keys(jobId).window))
    return { first, last, length }
  }

  /** Events right after `after`, at most `limit`; none if the window does not hold the next one or has only its marker. */
  async read(jobId: string, after: number, limit: number): Promise<StoredEvent[]> {
    const { window } = this.#keys(jobId)
    const entries = await this.#current(() =>
      this.#options.client.xrange(window, `${after + 1}-0`, '+', 'COUNT', limit),
    )
    return readEntries(after, entries)
  }

  async #current<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#retired) throw retired()
    const answer = await ask()
    if (this.#retired) throw retired()
    return answer
  }

  #keys(jobId: string) {
    return windowKeys(this.#options.epoch, jobId)
  }

  #arguments({ jobId, entries, final }: WindowWrite): ScriptArguments {
    const { window, wake } = this.#keys(jobId)
    const expiry = final ? liveSettings.finalExpirySeconds : liveSettings.expirySeconds
    const first = entries[0]?.seq ?? 0
    const fields = entries.flatMap(({ type, field, value }) => [type, field, value])
    return [window, wake, this.#options.publish, expiry, this.length, first, ...fields]
  }
}

/** Holds everything it should: a whole window that lacks nothing up to `head`. */
export function isWhole({ first, last, length }: WindowView, head: number, windowLength: number): boolean {
  return last >= head && length === last - first + 1 && length === Math.min(last, windowLength)
}

function retired(): WaybillError {
  return new WaybillError('UNAVAILABLE', 'This window is of a former epoch; ask the one of the present epoch.')
}

function toResult([what, end]: [string, number]): WriteResult {
  if (what === 'hole' || what === 'there') return { what, end }
  return { what: 'added', end }
}
