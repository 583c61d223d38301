import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openEmitter } from '#bench/emitter.ts'
import { type Measure, median, spread } from '#bench/measure.ts'
import type { Stage } from '#bench/stage.ts'
import { untilProjected } from '#bench/untilProjected.ts'

const LINES = 1_000_000
const BATCH = 1000
const ROUNDS = 5

/** Searches of all lines, each with the arguments for grep that must count the same. */
const searches = [
  { query: 'flaky', grep: ['-F', 'flaky'] },
  { query: 'compiling', grep: ['-F', 'compiling'] },
  { query: '/timeout of [0-9]+ms$/', grep: ['-E', 'timeout of [0-9]+ms$'] },
  { query: '"no such line"', grep: ['-F', 'no such line'] },
]

/** Until the exact total of a search over a million lines is told, and that total against grep's. */
export async function benchSearch(stage: Stage): Promise<Measure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'waybill-bench-'))
  try {
    const file = join(directory, 'output')
    const jobId = await record(stage, file)
    const measures: Measure[] = []
    for (const { query, grep } of searches) {
      const counted = await countWithGrep(grep, file)
      const ours: number[] = []
      const greps: number[] = []
      for (let round = 0; round <= ROUNDS; round++) {
        const { seconds, total } = await search(stage, jobId, query)
        if (total !== counted) throw new Error(`${query}: ${total} lines were found, grep finds ${counted}`)
        const began = performance.now()
        await countWithGrep(grep, file)
        if (round === 0) continue
        ours.push(seconds)
        greps.push((performance.now() - began) / 1000)
      }
      const times = `${median(ours).toFixed(2)} s (${spread(ours)})`
      measures.push({
        figure: `${query} in ${LINES.toLocaleString('en')} lines, ${counted.toLocaleString('en')} hits: ${times}`,
        baseline: `a second; grep -c on the same lines in a file takes ${median(greps).toFixed(2)} s and finds as many`,
        value: median(ours),
        unit: 's',
        limit: { most: 1 },
      })
    }
    return measures
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function record(stage: Stage, file: string): Promise<string> {
  const emitter = openEmitter(stage)
  const jobId = await emitter.createJob('search')
  const all: string[] = []
  for (let at = 0; at < LINES; at += BATCH) {
    const lines = Array.from({ length: BATCH }, (_, n) => lineAt(at + n))
    all.push(...lines)
    const events = lines.map((line) => ({
      type: 'step.output',
      payload: { stepId: 'build', stream: 'stdout', text: `${line}\n` },
    }))
    await emitter.emit(JSON.stringify({ jobId, events }))
  }
  emitter.close()
  await writeFile(file, `${all.join('\n')}\n`)
  await untilProjected(stage.databaseUrl, jobId, LINES)
  return jobId
}

function lineAt(n: number): string {
  if (n % 9973 === 17) return `✗ cart › pays with saved card (flaky): timeout of ${n}ms`
  return n % 3 === 0 ? `compiling module ${n} of the build` : `  ok ${n} ${'.'.repeat(n % 40)} passed`
}

async function search({ server, key }: Stage, jobId: string, query: string) {
  const began = performance.now()
  const url = `${server.url}/runner-jobs/${jobId}/search?q=${encodeURIComponent(query)}`
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } })
  const last = (await response.text()).trimEnd().split('\n').at(-1) ?? ''
  const seconds = (performance.now() - began) / 1000
  const done: { type: string; total: number } = JSON.parse(last)
  if (done.type !== 'done') throw new Error(`the search ended with ${last}`)
  return { seconds, total: done.total }
}

async function countWithGrep(words: readonly string[], file: string): Promise<number> {
  // It exits with 1 when it finds nothing, and has said 0 by then.
  const { stdout } = await promisify(execFile)('grep', ['-c', ...words, file], {
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  }).catch((error: { stdout: string }) => error)
  return Number(stdout)
}
