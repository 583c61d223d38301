import { setTimeout as sleep } from 'node:timers/promises'
import { contentDigest } from '#chaos/checker/digests.ts'
import type { Outcome, RequestRecord } from '#chaos/checker/evidence.ts'
import { now } from '#chaos/clock.ts'
import { sendEvents } from '#chaos/load/sendEvents.ts'
import type { Random } from '#chaos/random.ts'
import type { Node } from '#chaos/world/node.ts'
import type { Tenant } from '#chaos/world/openWorld.ts'
import type { Draft } from '#domain/events/envelope.ts'

export type ActiveJob = { jobId: string; tenant: Tenant /** greatest seq acknowledged so far */; head: number }

/** A request with what is needed to send it again: its events, unless it was answered. Half an hour of them is a million. */
export type LoggedRequest = RequestRecord & { events: readonly Draft[]; tenant: Tenant }

export type EmitOptions = {
  emitter: string
  job: ActiveJob
  events: Draft[]
  nodes: readonly [Node, ...Node[]]
  random: Random
  /** tries at most */
  tries: number
}

/** Sends a request until it is answered, each time to any server, or gives up. What is known at the end is the ack log. */
export async function emit({ emitter, job, events, nodes, random, tries }: EmitOptions): Promise<LoggedRequest> {
  const { jobId, tenant } = job
  const expectedSeq = random.chance(0.03) ? { expectedSeq: job.head } : {}
  const sentAt = now()
  let outcome: Outcome = { kind: 'unanswered' }
  for (let tried = 0; tried < tries && outcome.kind === 'unanswered'; tried++) {
    if (tried > 0) await sleep(random.int(20, 400))
    const through = random.chance(0.5) ? 'rest' : 'trpc'
    outcome = await sendEvents({ url: random.pick(nodes).url, tenant, jobId, events, through, ...expectedSeq })
  }
  if (outcome.kind === 'acknowledged') job.head = Math.max(job.head, ...outcome.results.map(({ seq }) => seq))
  return {
    emitter,
    orgId: tenant.orgId,
    jobId,
    ids: events.map(({ id }) => id ?? ''),
    contents: events.map(contentDigest),
    sentAt,
    endedAt: now(),
    outcome,
    again: null,
    events: outcome.kind === 'unanswered' ? events : [],
    tenant,
  }
}
