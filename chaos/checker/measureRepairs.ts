import type { Progress } from '#chaos/checker/checkTranscripts.ts'
import type { FaultRecord, RequestRecord } from '#chaos/checker/evidence.ts'
import type { Finding } from '#chaos/checker/findings.ts'

/** Milliseconds after which a steady follower must have what was acknowledged by the end of a fault. */
export const repairLimits: Record<string, number> = { F5: 5000 }
const REPAIR_LIMIT_MS = 15_000

export type RepairCheck = {
  faults: readonly FaultRecord[]
  requests: readonly RequestRecord[]
  progress: readonly Progress[]
}

export type Repairs = { findings: Finding[] /** milliseconds, by kind of fault */; slowest: Map<string, number> }

/**
 * How long after each fault every steady follower had all that was acknowledged by then. Time in which the next fault
 * was already at work does not count.
 */
export function measureRepairs({ faults, requests, progress }: RepairCheck): Repairs {
  const acks = ackedHeads(requests)
  const slowest = new Map<string, number>()
  const findings: Finding[] = []
  for (const { follower, jobId, openedAt, steps } of progress) {
    let step = 0
    for (const fault of faults) {
      if (fault.healedAt < openedAt) continue
      const target = headAt(acks.get(jobId) ?? [], fault.healedAt)
      while (step < steps.length && (steps[step]?.last ?? 0) < target) step++
      const reached = steps[step]
      // Never reached: the check of those that stayed names it.
      if (reached === undefined || target === 0) continue
      const took = Math.max(0, reached.at - fault.healedAt - hurtBetween(faults, fault.healedAt, reached.at))
      slowest.set(fault.kind, Math.max(slowest.get(fault.kind) ?? 0, took))
      const limit = repairLimits[fault.kind] ?? REPAIR_LIMIT_MS
      if (took <= limit) continue
      const what = `had seq ${target} only ${Math.round(took)} ms after fault ${fault.index} (${fault.kind}, ${fault.name}) was over; ${limit} ms are allowed`
      findings.push({ invariant: 'I5', count: 'other', what, where: `${follower}, job ${jobId}`, at: fault.healedAt })
    }
  }
  return { findings, slowest }
}

type AckedHead = { at: number; head: number }

function ackedHeads(requests: readonly RequestRecord[]): Map<string, AckedHead[]> {
  const heads = new Map<string, AckedHead[]>()
  for (const { jobId, outcome, endedAt } of requests.toSorted((a, b) => a.endedAt - b.endedAt)) {
    if (outcome.kind !== 'acknowledged') continue
    const own = heads.get(jobId) ?? []
    heads.set(jobId, own)
    own.push({ at: endedAt, head: Math.max(own.at(-1)?.head ?? 0, ...outcome.results.map(({ seq }) => seq)) })
  }
  return heads
}

function headAt(heads: readonly AckedHead[], moment: number): number {
  let low = 0
  let high = heads.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((heads[middle]?.at ?? 0) <= moment) low = middle + 1
    else high = middle
  }
  return heads[low - 1]?.head ?? 0
}

function hurtBetween(faults: readonly FaultRecord[], from: number, to: number): number {
  return faults.reduce(
    (sum, { startedAt, healedAt }) => sum + Math.max(0, Math.min(to, healedAt) - Math.max(from, startedAt)),
    0,
  )
}
