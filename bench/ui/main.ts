import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { formatMeasure, isMet, type Measure } from '#bench/measure.ts'
import { openStage, type Stage } from '#bench/stage.ts'
import { openBrowser } from '#bench/ui/browser.ts'
import { buildJob } from '#bench/ui/buildJob.ts'
import { largeJob, writeLines } from '#bench/ui/jobs.ts'
import { measureBurst } from '#bench/ui/measureBurst.ts'
import { measureJumps } from '#bench/ui/measureJumps.ts'
import { measureOpening } from '#bench/ui/measureOpening.ts'
import { measureReading } from '#bench/ui/measureReading.ts'
import { measureSearch } from '#bench/ui/measureSearch.ts'
import { measureTabs } from '#bench/ui/measureTabs.ts'
import { measureTree } from '#bench/ui/measureTree.ts'
import type { PageBench } from '#bench/ui/pageBench.ts'
import { buildPages } from '#server/start/buildPages.ts'
import { projectRoot } from '#server/start/projectRoot.ts'
import globalSetup from '#testing/globalSetup.ts'
import { startWaybill } from '#testing/waybill.ts'

/** The job page against its budgets, in Chromium, on one machine. docs/performance.md tells what, and how to read it. */
const parts: Record<string, (bench: PageBench) => Promise<Measure[]>> = {
  opening: measureOpening,
  jumps: measureJumps,
  reading: measureReading,
  search: measureSearch,
  tabs: measureTabs,
  tree: measureTree,
  burst: measureBurst,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** of the large job */
    events: { type: 'string', default: '1000000' },
    /** how long the burst lasts, and its events a second */
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '5000' },
    loads: { type: 'string', default: '7' },
    /** where the databases stay, so that the next run finds the large job built */
    data: { type: 'string' },
  },
})
const unknown = positionals.filter((name) => !Object.hasOwn(parts, name))
if (unknown.length > 0) {
  process.stderr.write(`There is no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}.\n`)
  process.exit(2)
}
const events = Number(values.events)
const began = performance.now()

await buildPages(projectRoot, say)
const tearDown = await globalSetup()
const linesFile = join(tmpdir(), `waybill-bench-lines-${process.pid}`)
try {
  await using stage = await stageIn(values.data)
  const [large, tiny] = [
    await largeJob({ stage, say, events, dataDir: values.data }),
    await buildJob(stage, { events: 100 }),
  ]
  await writeLines(linesFile, events)
  await using browser = await openBrowser()
  const bench: PageBench = {
    stage,
    browser,
    jobs: { events, large, tiny, linesFile },
    loads: Number(values.loads),
    rate: Number(values.rate),
    seconds: Number(values.seconds),
    say,
  }
  const measures: Measure[] = []
  for (const [name, part] of Object.entries(parts)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    for (const measure of await part(bench)) {
      measures.push(measure)
      process.stdout.write(`${formatMeasure(name, measure).join('\n')}\n`)
    }
  }
  // No verdict by exit code: a busy machine is no defect.
  const missed = measures.filter((measure) => !isMet(measure)).length
  say(
    missed === 0 ? `all ${measures.length} within their limits` : `${missed} of ${measures.length} beyond their limit`,
  )
} finally {
  await rm(linesFile, { force: true })
  await tearDown()
}

/** A server on new databases, or on those that `dataDir` keeps. */
async function stageIn(dataDir: string | undefined): Promise<Pick<Stage, 'server' | 'key'> & AsyncDisposable> {
  if (dataDir === undefined) return openStage()
  const server = await startWaybill({ dataDir: resolve(dataDir), env: { LOG_LEVEL: 'warn' } })
  return { server, key: server.key ?? '', [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

function say(text: string): void {
  const seconds = (performance.now() - began) / 1000
  process.stdout.write(`${seconds.toFixed(0).padStart(4)} s ${text}\n`)
}
