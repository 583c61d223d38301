import type { ServerClock } from '#components/clock/serverClock.ts'
import { steadyNow } from '#components/clock/steadyNow.ts'

/** Milliseconds for an answer. Nothing else ever ends a request whose server has lost its power or its route. */
const answerMs = 10_000

type Init = Omit<RequestInit, 'signal'> & { signal?: AbortSignal | null | undefined }

/** A fetch that gives up in time, and sets the clock by every answer. */
export function timedFetch(clock: ServerClock): (input: RequestInfo | URL, init?: Init) => Promise<Response> {
  return async (input, { signal, ...init } = {}) => {
    const timeout = AbortSignal.timeout(answerMs)
    const response = await fetch(input, { ...init, signal: signal ? AbortSignal.any([signal, timeout]) : timeout })
    clock.hear(response.headers.get('date'), steadyNow())
    return response
  }
}
