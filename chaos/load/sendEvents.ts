import type { Outcome } from '#chaos/checker/evidence.ts'
import type { Tenant } from '#chaos/world/openWorld.ts'
import type { Draft } from '#domain/events/envelope.ts'
import type { EmitResult } from '#domain/job/served.ts'

export type Sending = {
  url: string
  tenant: Tenant
  jobId: string
  events: readonly Draft[]
  expectedSeq?: number
  /** which of the two doors */
  through: 'rest' | 'trpc'
}

const PATIENCE_MS = 20_000

/** One try. Without an answer, or told to come back, nothing is known: `unanswered`. */
export async function sendEvents({ url, tenant, jobId, events, expectedSeq, through }: Sending): Promise<Outcome> {
  const body = { events, ...(expectedSeq !== undefined && { expectedSeq }) }
  const path = through === 'rest' ? `/runner-jobs/${jobId}/events` : '/api/trpc/events.emit'
  let answer: { status: number; body: unknown }
  try {
    answer = await post(`${url}${path}`, tenant.key, through === 'rest' ? body : { jobId, ...body })
  } catch {
    return { kind: 'unanswered' }
  }
  if (answer.status >= 500) return { kind: 'unanswered' }
  if (answer.status === 200) {
    const result = through === 'rest' ? answer.body : (answer.body as { result: { data: unknown } }).result.data
    return { kind: 'acknowledged', results: (result as EmitResult).results }
  }
  const problem = answer.body as { code?: string; error?: { data?: { code?: string } } }
  return { kind: 'refused', code: problem.code ?? problem.error?.data?.code ?? `status ${answer.status}` }
}

/** @returns the new job's id, or null if nothing is known: ask again with the same requestId */
export async function createJob(url: string, tenant: Tenant, requestId: string): Promise<string | null> {
  try {
    const { status, body } = await post(`${url}/api/jobs`, tenant.key, { requestId, action: 'chaos', inputs: {} })
    return status < 300 ? (body as { id: string }).id : null
  } catch {
    return null
  }
}

async function post(url: string, key: string, body: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
  return { status: response.status, body: await response.json() }
}
