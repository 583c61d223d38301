import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkArrows } from '#scripts/checkArrows.ts'
import { provision } from '#scripts/provision.ts'

type Totals = { passed: number; failed: number }
type Phase = { name: string; run: () => Promise<boolean> | boolean }

const reports = mkdtempSync(join(tmpdir(), 'waybill-reports-'))
const totals: Totals = { passed: 0, failed: 0 }

/** All that must hold before a change goes in, cheapest first; the first failure ends it. */
const phases: Phase[] = [
  { name: 'provision', run: provision },
  { name: 'lint', run: () => tool('biome', ['check', '.']) },
  { name: 'arrows', run: checkArrows },
  // Writes next-env.d.ts and the types of the routes, which a fresh clone lacks.
  { name: 'route types', run: () => tool('next', ['typegen']) },
  { name: 'types', run: () => tool('tsc', ['--noEmit']) },
  { name: 'unit tests', run: () => vitest('unit') },
  // Before the integration tests: several servers that start at once would each build the pages.
  { name: 'build', run: () => tool('node', ['scripts/buildPages.ts']) },
  { name: 'integration tests', run: () => vitest('int') },
  { name: 'end-to-end tests', run: () => playwright() },
  // Always the same faults: a change that breaks nothing else must not be stopped by a new seed's find.
  { name: 'chaos', run: () => tool('node', ['chaos/main.ts', '--seed', '5', '--minutes', '0.8', '--servers', '2']) },
]

let ok = true
for (const { name, run } of phases) {
  say(`\n── ${name}`)
  const started = performance.now()
  ok = await run()
  say(`── ${name}: ${ok ? 'ok' : 'FAILED'} after ${((performance.now() - started) / 1000).toFixed(1)} s`)
  if (!ok) break
}
rmSync(reports, { recursive: true })
// A phase can fail without a failed test: a lint error, a process that a test left behind.
const failed = ok ? totals.failed : Math.max(totals.failed, 1)
process.exitCode = failed === 0 ? 0 : 1
say(`\n${totals.passed} passed, ${failed} failed`)

function vitest(project: string): boolean {
  const report = join(reports, `${project}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${report}`]
  const ended = tool('vitest', ['run', '--project', project, ...reporters])
  const { numPassedTests, numFailedTests } = readReport(report)
  return count({ passed: numPassedTests, failed: numFailedTests }) && ended
}

function playwright(): boolean {
  const report = join(reports, 'e2e.json')
  const ended = tool('playwright', ['test', '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_FILE: report })
  const { expected, unexpected, flaky } = readReport(report).stats ?? {}
  return count({ passed: expected, failed: unexpected === undefined ? undefined : unexpected + (flaky ?? 0) }) && ended
}

type Report = {
  numPassedTests?: number
  numFailedTests?: number
  stats?: { expected: number; unexpected: number; flaky: number }
}

/** Empty when the runner did not come as far as writing one. */
function readReport(path: string): Report {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return {}
  }
}

/** A suite in which nothing ran is a failure: its tests were not found. */
function count({ passed = 0, failed = 0 }: { [K in keyof Totals]: number | undefined }): boolean {
  totals.passed += passed
  totals.failed += failed
  return passed > 0 && failed === 0
}

function tool(command: string, args: readonly string[], env: Record<string, string> = {}): boolean {
  // npm put node_modules/.bin first on PATH, so this is the project's own tool, on the project's own Node.
  const { status } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  })
  return status === 0
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
