import { parseArgs } from 'node:util'
import { benchAppend } from '#bench/append.ts'
import { benchChurn } from '#bench/churn.ts'
import { benchFanOut } from '#bench/fanOut.ts'
import { benchIdle } from '#bench/idle.ts'
import { benchLatency } from '#bench/latency.ts'
import { benchLoad } from '#bench/load.ts'
import { formatMeasure, isMet, type Measure } from '#bench/measure.ts'
import { benchMemory } from '#bench/memory.ts'
import { benchProjector } from '#bench/projector.ts'
import { benchResume } from '#bench/resume.ts'
import { benchSearch } from '#bench/search.ts'
import { openStage, type Stage } from '#bench/stage.ts'
import globalSetup from '#testing/globalSetup.ts'

/** Each measures on a server of its own. docs/performance.md tells what, and how to read it. */
const benches: Record<string, (stage: Stage) => Promise<Measure[]>> = {
  append: benchAppend,
  latency: benchLatency,
  load: benchLoad,
  fanOut: benchFanOut,
  resume: benchResume,
  idle: benchIdle,
  memory: benchMemory,
  projector: benchProjector,
  search: benchSearch,
  churn: benchChurn,
}

const { positionals } = parseArgs({ allowPositionals: true })
const unknown = positionals.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0) {
  process.stderr.write(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.\n`)
  process.exit(2)
}
const chosen = Object.entries(benches).filter(([name]) => positionals.length === 0 || positionals.includes(name))

const tearDown = await globalSetup()
let missed = 0
let all = 0
try {
  for (const [name, bench] of chosen) {
    await using stage = await openStage()
    for (const measure of await bench(stage)) {
      all++
      missed += isMet(measure) ? 0 : 1
      process.stdout.write(`${formatMeasure(name, measure).join('\n')}\n`)
    }
  }
  // No verdict by exit code: a busy machine is no defect.
  process.stdout.write(missed === 0 ? `all ${all} within their limits\n` : `${missed} of ${all} beyond their limit\n`)
} finally {
  await tearDown()
}
