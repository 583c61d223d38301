import { setTimeout as sleep } from 'node:timers/promises'
import { playStory } from '#cli/demo/playStory.ts'
import { deployStory } from '#domain/story/deployStory.ts'
import type { Client, NewJob } from '#sdk/createClient.ts'
import type { JobHandle } from '#sdk/handles/job.ts'
import { type CliCaller, runCli } from '#testing/commandLine.ts'

/** The jobs that the pictures show, by id. */
export type ToldJobs = {
  done: string
  failed: string
  /** seq of the decision at which the failed job failed */
  failedAt: number
  running: string
  waiting: string
  million: string
}

/** Of the visit whose commands the page for connecting shows. */
export const visit = 'k3x9qa'

/** As fast as `waybill demo` goes: bars and durations are those that a reader of the demo sees. */
const speed = 2

/** Makes all jobs at once, through the public API, in about a minute. The running one goes on until `stop`. */
export async function tellJobs(client: Client, caller: CliCaller, events: number): Promise<ToldJobs> {
  const story = deployStory()
  const failedAt = story.findIndex(({ type }) => type === 'gate.failed') + 1
  const secondBuild = story.findLastIndex(
    ({ type, payload }) => type === 'step.started' && 'name' in payload && payload.name === 'Build',
  )
  const create = (more: Partial<NewJob>) => client.jobs.create({ ...storyJob(), ...more })

  const others = tellOthers(client)
  const [failed, running, done] = [
    await create({ title: 'Deploy web to production', labels: { team: 'web', env: 'production' } }),
    await create({ title: 'Deploy api to staging', labels: { team: 'platform', env: 'staging' } }),
    await create({}),
  ]
  const [, , , million] = await Promise.all([
    // the gate, both steps, and no second try
    playStory(failed, story.slice(1, failedAt + 2), { speed }).then(() =>
      failed.fail({ code: 'E2E_FAILED', message: '1 of 214 tests failed' }),
    ),
    // into the build after the agent's work
    playStory(running, story.slice(1, secondBuild + 15), { speed }),
    playStory(done, story.slice(1), { speed }),
    tellMillion(client, caller, events),
    others,
  ])
  await tellConnected(client)
  const waiting = await client.jobs.create({ action: 'import', title: 'Import customers', inputs: { file: 'q3.csv' } })
  return { done: done.id, failed: failed.id, failedAt, running: running.id, waiting: waiting.id, million }
}

function storyJob(): NewJob {
  const [first] = deployStory()
  if (first?.type !== 'job.created') throw new Error('The story does not begin with its job.')
  const { requestId: _recorded, ...job } = first.payload
  return job
}

/** @returns the id of the job */
async function tellMillion(client: Client, caller: CliCaller, events: number): Promise<string> {
  const { code, stderr, stdout } = await runCli(caller, ['demo', '--events', String(events)])
  if (code !== 0) throw new Error(`waybill demo ended with ${code}: ${stderr}`)
  const id = /[0-9a-f-]{36}/.exec(stdout.toString())?.[0]
  if (id === undefined) throw new Error(`waybill demo told no job: ${stdout.toString()}`)
  // the projector is a moment behind, and the first picture should not show it
  for (const until = performance.now() + 60_000; performance.now() < until; await sleep(200)) {
    const { totals } = await client.jobs.summary(id)
    if (totals.events >= events) return id
  }
  throw new Error(`waybill demo recorded ${events} events, of which the job does not have all after a minute`)
}

/** What else a list of jobs holds: every state, and jobs of several kinds, all at once. */
async function tellOthers(client: Client): Promise<void> {
  const [backup, reindex, triage, lint] = await Promise.all([
    client.jobs.create({ action: 'backup', title: 'Nightly backup' }),
    client.jobs.create({ action: 'reindex', title: 'Reindex search' }),
    client.jobs.create({ action: 'agent', title: 'Triage issue 812' }),
    client.jobs.create({ action: 'ci', title: 'Lint docs' }),
  ])
  await Promise.all([
    work(backup, ['Dump', 'Encrypt', 'Upload']).then(() => backup.complete()),
    work(reindex, ['Read', 'Write']).then(() =>
      reindex.fail({ code: 'CANCELLED', message: 'A newer one was started' }, 'cancellation'),
    ),
    tellTriage(triage),
    work(lint, ['Install', 'Lint']).then(async () => {
      await (await lint.gate('No warnings')).fail({ reason: '3 warnings' })
      await lint.fail({ code: 'LINT', message: '3 warnings' })
    }),
  ])
}

async function work(job: JobHandle, names: readonly string[]): Promise<void> {
  await job.start()
  for (const name of names) {
    const step = await job.step(name)
    for (let part = 1; part <= 5; part++) {
      await sleep(70 * name.length)
      await step.output(`${name}: ${part * 20} %\n`)
    }
    await step.complete()
  }
}

async function tellTriage(job: JobHandle): Promise<void> {
  await work(job, ['Read the issue'])
  for (const tool of ['read_issue', 'grep', 'read_file']) {
    await sleep(600)
    await job.tool({ tool, durationMs: 400 })
  }
  await job.tokens({ provider: 'anthropic', model: 'claude-sonnet-5', inputTokens: 18_240, outputTokens: 910 })
  await (await job.gate('Has a reproduction')).pass()
  await job.complete()
}

/** Two of the three ways to connect were tried, the last one not. */
async function tellConnected(client: Client): Promise<void> {
  for (const [way, title] of [
    ['cli', 'Hello from the command line'],
    ['curl', 'Hello from curl'],
  ] as const) {
    const job = await client.jobs.create({ action: 'hello', title, labels: { connect: `${way}-${visit}` } })
    await job.start()
    await sleep(300)
    await job.output('hello\n')
    await job.complete()
  }
}
