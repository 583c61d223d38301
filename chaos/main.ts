import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lookBeforeRepetition } from '#chaos/checker/checkRun.ts'
import { lookAtJournal } from '#chaos/checker/readJournal.ts'
import { now } from '#chaos/clock.ts'
import { openEvidenceWriter } from '#chaos/evidenceWriter.ts'
import { usualKinds } from '#chaos/faults/allFaults.ts'
import { planRollingRestarts } from '#chaos/faults/rollingRestart.ts'
import { formatReport } from '#chaos/formatReport.ts'
import { injectFaults } from '#chaos/injectFaults.ts'
import { keepLooking } from '#chaos/keepLooking.ts'
import { startFollowers } from '#chaos/load/startFollowers.ts'
import { startLoad } from '#chaos/load/startLoad.ts'
import { openTranscripts } from '#chaos/load/transcript.ts'
import { planFaults } from '#chaos/plan.ts'
import { openRandom } from '#chaos/random.ts'
import { readArguments } from '#chaos/readArguments.ts'
import { runChecker } from '#chaos/runChecker.ts'
import { waitForQuiet } from '#chaos/waitForQuiet.ts'
import { openWorld } from '#chaos/world/openWorld.ts'
import { patiently } from '#chaos/world/patiently.ts'

/** `npm run chaos [-- --seed N --minutes M --fault F3 --servers 2 --rolling 20]`; exit code 1 if any invariant is broken. */
const { seed, minutes, fault, servers: asked, rolling } = readArguments(process.argv.slice(2))
const random = openRandom(String(seed))
const servers = asked ?? (rolling === null ? random.int(1, 4) : 4)
const say = (line: string) => process.stdout.write(`${line}\n`)

say(
  `seed ${seed}, ${servers} server${servers === 1 ? '' : 's'}, ${rolling === null ? `${minutes} min` : `${rolling} rounds of restarts`}`,
)
const evidence = openEvidenceWriter()
const isSound = await run()
if (isSound) rmSync(evidence.directory, { recursive: true })
else say(`\nThe evidence and what the servers wrote: ${evidence.directory}`)
process.exitCode = isSound ? 0 : 1

async function run(): Promise<boolean> {
  await using world = await openWorld(servers)
  const transcripts = openTranscripts(evidence.transcript)
  const followers = startFollowers(world, { transcripts, random: random.fork('followers') })
  const load = startLoad({ world, random: random.fork('load'), jobs: 5, onJob: followers.follow })
  const ending = new AbortController()
  const looking = new AbortController()
  const looks = keepLooking(world, { random: random.fork('looks'), signal: looking.signal, evidence })

  const faults = await injectFaults({
    scene: { world, activeJobs: load.activeJobs, requests: load.requests, transcripts, ending: ending.signal },
    plan:
      rolling === null
        ? planFaults({ random: random.fork('plan'), kinds: fault === null ? usualKinds : [fault], servers })
        : planRollingRestarts(rolling, servers, random.fork('plan')),
    until: rolling === null ? now() + minutes * 60_000 : Number.POSITIVE_INFINITY,
    say,
  })
  await load.stop()
  looking.abort()
  await looks
  followers.settle()
  say('waiting for quiet')
  for (const missing of await waitForQuiet(world, transcripts)) say(`  missing: ${missing}`)
  evidence.look(await patiently(() => lookAtJournal(world.owner, { name: lookBeforeRepetition, at: now() })))
  say(`${await load.repeatUnanswered()} unanswered requests sent again`)
  await waitForQuiet(world, transcripts)
  transcripts.seal()
  const { deaths, setBacks, postgres, valkey, nodes } = world
  const epoch = await patiently(world.epoch)
  const databases = { databaseUrl: postgres.url, valkeyUrl: valkey.url, epoch }
  await evidence.finish({ seed, ...databases, faults, quietAt: now(), deaths, setBacks }, load.requests)
  const report = await runChecker(evidence.directory)
  ending.abort()
  await followers.stop()
  say(`\n${formatReport(report, seed)}`)
  for (const node of nodes) writeFileSync(join(evidence.directory, `server${node.index}.log`), node.output())
  return report.findings.length === 0
}
