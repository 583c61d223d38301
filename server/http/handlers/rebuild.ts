import type { RebuildProgress } from '#domain/job/served.ts'
import { rebuildInput } from '#server/api/inputs.ts'
import { parseInput } from '#server/api/parseInput.ts'
import { rebuild } from '#server/api/rebuild.ts'
import { problemOf, toServedError } from '#server/errors.ts'
import { readJson } from '#server/http/readJson.ts'
import type { KnownCall } from '#server/http/route.ts'

/** Of an organisation without jobs. */
const nothingToDo: RebuildProgress = { jobId: '', jobs: 0, ofJobs: 0, events: 0, ofEvents: 0 }

/** Milliseconds between two lines of progress. */
const TELL_MS = 200

/**
 * Makes projections anew and tells how far it is, a line of JSON at a time (RebuildProgress); the last line is where it
 * ended, or the problem that ended it. Refusals come before the first line, with their status.
 */
export async function postRebuild({ request, requestId, context }: KnownCall): Promise<Response> {
  const steps = rebuild(context, parseInput(rebuildInput, await readJson(request)))
  const first = await steps.next()

  async function* lines(): AsyncGenerator<string> {
    let last: RebuildProgress = first.value ?? nothingToDo
    let toldAt = Number.NEGATIVE_INFINITY
    try {
      for await (const progress of steps) {
        last = progress
        if (performance.now() - toldAt < TELL_MS) continue
        toldAt = performance.now()
        yield `${JSON.stringify(progress)}\n`
      }
      yield `${JSON.stringify({ ...last, done: true })}\n`
    } catch (error) {
      context.services.log.error('A rebuild failed', { requestId }, error)
      yield `${JSON.stringify(problemOf(toServedError(error), requestId))}\n`
    }
  }
  const told = lines()
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await told.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    // What is begun is finished, without anybody to tell it to.
    cancel: () => void told.return(undefined).catch(() => {}),
  })
  return new Response(body, { headers: { 'content-type': 'application/x-ndjson' } })
}
