import { withClient } from '#cli/connect.ts'
import type { Finding } from '#cli/doctor/finding.ts'
import type { CliEnv } from '#cli/env.ts'
import { isWaybillError, WaybillError } from '#domain/errors.ts'
import type { Draft } from '#domain/events/envelope.ts'
import type { Client } from '#sdk/createClient.ts'
import type { JobHandle } from '#sdk/handles/job.ts'

/** How long an event may be on its way from here, through the server, and back, in milliseconds. */
const PATIENCE_MS = 5000

/** Records a small job and follows it at the same time, through the real address and whatever stands in front of it. */
export async function checkStream(env: CliEnv): Promise<Finding[]> {
  try {
    const times = await withClient(env, measure)
    const middle = times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
    return [{ state: 'well', text: `Events arrive live, ${middle.toFixed(0)} ms after they were sent` }]
  } catch (error) {
    if (!isWaybillError(error)) throw error
    const fix =
      'If a proxy is in front of Waybill, switch off its response buffering and compression for /runner-jobs/ (nginx: proxy_buffering off) and let connections stay open for more than 15 s.'
    return [{ state: 'wrong', text: `Events do not arrive live: ${error.message}`, fix }]
  }
}

async function measure(client: Client): Promise<number[]> {
  const job = await client.jobs.create({
    action: 'waybill-doctor',
    title: 'waybill doctor',
    labels: { diagnostic: 'true' },
  })
  const abort = new AbortController()
  const timer = setTimeout(() => {
    abort.abort(new WaybillError('SERVER_UNREACHABLE', `the event stream brought nothing for ${PATIENCE_MS} ms.`))
  }, PATIENCE_MS)
  try {
    return await followOwnEvents(job, abort.signal, () => timer.refresh())
  } catch (error) {
    await job.fail({ code: 'INTERRUPTED', message: 'The examination was cut short.' }).catch(() => {})
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** Each event is sent when the one before it has come back; the times between, in milliseconds. */
async function followOwnEvents(job: JobHandle, signal: AbortSignal, heard: () => void): Promise<number[]> {
  const times: number[] = []
  const toSend = script()
  let sentAt = 0
  let sending: Promise<unknown> = Promise.resolve()
  for await (const event of job.follow({ signal })) {
    heard()
    if (event.seq > 1) times.push(performance.now() - sentAt)
    await sending
    const next = toSend.shift()
    if (next === undefined) break
    sentAt = performance.now()
    sending = job.append([next])
    // Told by the await above; until then a failure must not count as unhandled.
    sending.catch(() => {})
  }
  await sending
  return times
}

function script(): Draft[] {
  const progress = [1, 2, 3].map(
    (completed): Draft => ({ type: 'step.progress', payload: { stepId: 'round-trip', completed, total: 3 } }),
  )
  return [
    { type: 'job.started', payload: {} },
    ...progress,
    { type: 'step.completed', payload: { stepId: 'round-trip', outcome: 'success' } },
    { type: 'job.completed', payload: {} },
  ]
}
