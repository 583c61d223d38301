import type { JobIndex, Look, RequestRecord } from '#chaos/checker/evidence.ts'
import type { Finding } from '#chaos/checker/findings.ts'

/** What the load can be refused for: the state of its job, which others change too. */
const explained = [
  'JOB_CLOSED',
  'JOB_RUNNING',
  'JOB_NOT_RUNNING',
  'STEP_OPEN',
  'STEP_CLOSED',
  'GATE_OPEN',
  'GATE_CLOSED',
  'SEQ_MISMATCH',
]

export type RequestCheck = {
  requests: readonly RequestRecord[]
  jobs: ReadonlyMap<string, JobIndex>
  /** taken once everything was quiet and before unanswered requests were sent again */
  before: Look
}

/** I1, I3 and I4: what the emitters were told, held against the journal. */
export function checkRequests({ requests, jobs, before }: RequestCheck): Finding[] {
  const storedBefore = idsByJob(before)
  return [
    ...requests.flatMap((request) => checkAnswer(request, jobs.get(request.jobId))),
    ...requests.flatMap((request) => checkUnanswered(request, storedBefore.get(request.jobId) ?? new Set())),
    ...checkOrder(requests),
  ]
}

/** I1, for the acks of the run and for those of the repetition alike; and that what was refused is not there. */
function checkAnswer(request: RequestRecord, job: JobIndex | undefined): Finding[] {
  const { jobId, ids, contents, outcome, again, endedAt: at } = request
  const where = `${request.emitter}, job ${jobId}`
  const findings: Finding[] = []
  for (const answer of [outcome, again]) {
    if (answer?.kind === 'refused') {
      if (!explained.includes(answer.code)) {
        const what = `refused with ${answer.code}, which nothing that was sent explains`
        findings.push({ invariant: 'I4', count: 'other', what, where, at })
      }
      const stored = ids.filter((id) => job?.seqById.has(id))
      if (stored.length === 0) continue
      const what = `refused with ${answer.code}, yet ${stored.length} of ${ids.length} events are stored (${stored[0]})`
      findings.push({ invariant: 'I4', count: 'duplicated', what, where, at })
    }
    if (answer?.kind !== 'acknowledged') continue
    if (answer.results.length !== ids.length) {
      const what = `${ids.length} events were answered with ${answer.results.length} results`
      findings.push({ invariant: 'I1', count: 'lost', what, where, at })
    }
    for (const [index, { id, seq }] of answer.results.entries()) {
      const found = (count: Finding['count'], what: string) =>
        findings.push({ invariant: 'I1', count, what, where, at })
      const stored = job?.events[seq - 1]
      if (id !== ids[index]) found('other', `event ${ids[index]} was answered as ${id}`)
      else if (stored === undefined) found('lost', `seq ${seq} was acknowledged (${id}) and is not there`)
      else if (stored.id !== id) found('lost', `seq ${seq} was acknowledged as ${id}, stored is ${stored.id}`)
      else if (stored.content !== contents[index]) found('lost', `seq ${seq} is stored with other content (${id})`)
    }
  }
  return findings
}

/** I4: whole or not at all, and the repetition says the same as the look before it. */
function checkUnanswered(
  { emitter, jobId, ids, outcome, again, endedAt }: RequestRecord,
  stored: Set<string>,
): Finding[] {
  if (outcome.kind !== 'unanswered') return []
  const found = (count: Finding['count'], what: string): Finding[] => [
    { invariant: 'I4', count, what, where: `${emitter}, job ${jobId}`, at: endedAt },
  ]
  const there = ids.filter((id) => stored.has(id)).length
  if (there !== 0 && there !== ids.length)
    return found('lost', `${there} of the ${ids.length} events of a request are stored`)
  const isThere = there === ids.length
  if (again === null || again.kind === 'unanswered')
    return found('other', `was sent again after all was quiet, without answer`)
  if (again.kind === 'refused') {
    return isThere ? found('other', `is stored, yet sending it again was refused with ${again.code}`) : []
  }
  const wrong = again.results.find(({ duplicate }) => duplicate !== isThere)
  if (wrong === undefined) return []
  return found(
    isThere ? 'duplicated' : 'other',
    `was ${isThere ? 'stored' : 'not stored'}, yet sending it again was answered with duplicate: ${wrong.duplicate} (seq ${wrong.seq})`,
  )
}

/** I3. Held against the greatest seq acknowledged so far in each job, in the order of the moments. */
function checkOrder(requests: readonly RequestRecord[]): Finding[] {
  const findings: Finding[] = []
  for (const own of Map.groupBy(requests, ({ jobId }) => jobId).values()) {
    const acked = own.flatMap(({ outcome, ...request }) => {
      if (outcome.kind !== 'acknowledged' || outcome.results.length === 0) return []
      const seqs = outcome.results.map(({ seq }) => seq)
      return [{ ...request, seqs, least: Math.min(...seqs), greatest: Math.max(...seqs) }]
    })
    for (const { emitter, jobId, seqs, endedAt } of acked) {
      if (seqs.every((seq, index) => index === 0 || seq > (seqs[index - 1] ?? 0))) continue
      const what = `the events of one request are stored in another order: ${seqs.join(' ')}`
      findings.push({ invariant: 'I3', count: 'outOfOrder', what, where: `${emitter}, job ${jobId}`, at: endedAt })
    }
    const byAck = acked.toSorted((a, b) => a.endedAt - b.endedAt)
    let next = 0
    let greatest = 0
    for (const request of acked.toSorted((a, b) => a.sentAt - b.sentAt)) {
      for (; (byAck[next]?.endedAt ?? Number.POSITIVE_INFINITY) < request.sentAt; next++) {
        greatest = Math.max(greatest, byAck[next]?.greatest ?? 0)
      }
      if (request.least > greatest) continue
      const what = `seq ${request.least} was sent after seq ${greatest} was acknowledged`
      const where = `${request.emitter}, job ${request.jobId}`
      findings.push({ invariant: 'I3', count: 'outOfOrder', what, where, at: request.endedAt })
    }
  }
  return findings
}

function idsByJob({ events }: Look): Map<string, Set<string>> {
  const ids = new Map<string, Set<string>>()
  for (const [key, value] of events) {
    const [jobId = ''] = key.split(' ')
    const [id = ''] = value.split(' ')
    const own = ids.get(jobId) ?? new Set()
    own.add(id)
    ids.set(jobId, own)
  }
  return ids
}
