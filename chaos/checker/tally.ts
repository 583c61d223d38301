import type { FaultRecord, RequestRecord } from '#chaos/checker/evidence.ts'
import type { Count, Finding } from '#chaos/checker/findings.ts'

/** One line of the table. */
export type Row = {
  kind: string
  faults: number
  /** events */
  acknowledged: number
  lost: number
  duplicated: number
  outOfOrder: number
  holes: number
  /** milliseconds; null where no follower was there to be repaired */
  slowestRepair: number | null
}

export type Tally = {
  faults: readonly FaultRecord[]
  requests: readonly RequestRecord[]
  findings: readonly Finding[]
  slowest: ReadonlyMap<string, number>
}

const columns = ['lost', 'duplicated', 'outOfOrder', 'holes'] as const satisfies Count[]

/**
 * One row a kind of fault, and one for all. A fault answers for everything from its start to the start of the next; what
 * happened before the first, or at no known moment, counts in the last row alone.
 */
export function tally({ faults, requests, findings, slowest }: Tally): Row[] {
  const slots = faults.toSorted((a, b) => a.startedAt - b.startedAt)
  const kindAt = (at: number | null) =>
    at === null ? undefined : slots.findLast(({ startedAt }) => startedAt <= at)?.kind
  const rows = new Map<string, Row>()
  const kinds = [...new Set(faults.map(({ kind }) => kind))].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
  for (const kind of kinds) rows.set(kind, emptyRow(kind, slowest.get(kind) ?? null))
  const all = emptyRow('all', slowest.size === 0 ? null : Math.max(...slowest.values()))
  const count = (kind: string | undefined, take: (row: Row) => void) => {
    const row = kind === undefined ? undefined : rows.get(kind)
    if (row) take(row)
    take(all)
  }
  for (const { kind } of faults) count(kind, (row) => row.faults++)
  for (const { outcome, endedAt } of requests) {
    if (outcome.kind !== 'acknowledged') continue
    const events = outcome.results.length
    count(kindAt(endedAt), (row) => {
      row.acknowledged += events
    })
  }
  for (const finding of findings) {
    const column = columns.find((name) => name === finding.count)
    if (column !== undefined) count(kindAt(finding.at), (row) => row[column]++)
  }
  return [...rows.values(), all]
}

function emptyRow(kind: string, slowestRepair: number | null): Row {
  return { kind, faults: 0, acknowledged: 0, lost: 0, duplicated: 0, outOfOrder: 0, holes: 0, slowestRepair }
}
