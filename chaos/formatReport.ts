import type { Report } from '#chaos/checker/checkRun.ts'
import { type Finding, type Invariant, invariants } from '#chaos/checker/findings.ts'
import type { Row } from '#chaos/checker/tally.ts'

/** Findings shown of each invariant; the report has all of them. */
const SHOWN = 5

/** The table, as Markdown, and under it what was found, most of all where to look. */
export function formatReport({ rows, findings, events, jobs, delivered }: Report, seed: number): string {
  const table = [header, ...rows.map((row) => cells(row, seed))]
  const widths = header.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)))
  const lines = table.map((line) => `| ${line.map((cell, column) => cell.padStart(widths[column] ?? 0)).join(' | ')} |`)
  const rule = `| ${widths.map((width) => `${'-'.repeat(width - 1)}:`).join(' | ')} |`
  const sum = `${grouped(events)} events of ${grouped(jobs)} jobs in the journal, ${grouped(delivered)} delivered to followers`
  return [...lines.slice(0, 1), rule, ...lines.slice(1), '', sum, ...formatFindings(findings)].join('\n')
}

const header = [
  'fault',
  'faults',
  'acknowledged',
  'lost',
  'duplicated',
  'out of order',
  'holes',
  'slowest repair',
  'seed',
]

function cells(row: Row, seed: number): string[] {
  const { kind, faults, acknowledged, lost, duplicated, outOfOrder, holes, slowestRepair } = row
  const repair = slowestRepair === null ? '-' : `${(slowestRepair / 1000).toFixed(2)} s`
  return [kind, ...[faults, acknowledged, lost, duplicated, outOfOrder, holes].map(grouped), repair, String(seed)]
}

function grouped(count: number): string {
  return count.toLocaleString('en')
}

function formatFindings(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return ['every invariant holds']
  const groups = [...Map.groupBy(findings, ({ invariant }) => invariant)] as [Invariant, Finding[]][]
  return groups.flatMap(([invariant, own]) => [
    '',
    `${invariant} is broken ${own.length} times: ${invariants[invariant]}`,
    ...own.slice(0, SHOWN).map(({ where, what }) => `  ${where}: ${what}`),
  ])
}
