import { parseArgs } from 'node:util'
import { benchAppend } from '#bench/append.ts'
import { benchFanOut } from '#bench/fanOut.ts'
import { benchLatency } from '#bench/latency.ts'
import { benchMemory } from '#bench/memory.ts'
import { openStage } from '#bench/stage.ts'
import globalSetup from '#testing/globalSetup.ts'

/** One measurement: figures of one run on one machine, with the limit they are held against. */
const benches = { append: benchAppend, fanout: benchFanOut, latency: benchLatency, memory: benchMemory }

type Name = keyof typeof benches

const { positionals } = parseArgs({ allowPositionals: true })
const unknown = positionals.filter((name) => !(name in benches))
if (unknown.length > 0) {
  process.stderr.write(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.\n`)
  process.exit(2)
}
const names = (positionals.length > 0 ? positionals : Object.keys(benches)) as Name[]

const tearDown = await globalSetup()
try {
  for (const name of names) {
    await using stage = await openStage()
    for (const line of await benches[name](stage)) process.stdout.write(`${name.padEnd(8)} ${line}\n`)
  }
} finally {
  await tearDown()
}
