import { Command, InvalidArgumentError, Option } from 'commander'
import { withClient } from '#cli/connect.ts'
import { manyEvents } from '#cli/demo/manyEvents.ts'
import { openProgress } from '#cli/demo/openProgress.ts'
import { playStory } from '#cli/demo/playStory.ts'
import { watchInterrupt } from '#cli/demo/watchInterrupt.ts'
import type { CliEnv } from '#cli/env.ts'
import { jobUrl } from '#cli/jobAddress.ts'
import { notice } from '#cli/notice.ts'
import { deployStory } from '#domain/story/deployStory.ts'
import type { Client, NewJob } from '#sdk/createClient.ts'
import type { JobHandle } from '#sdk/handles/job.ts'

type DemoOptions = { speed: number; events?: number }

/** Events of a job that is made by number, at least and at most: its own five have to be among them. */
const fewest = 10
const most = 10_000_000

export function demoCommand(env: CliEnv): Command {
  return new Command('demo')
    .description('record a made-up deploy, to see what Waybill shows')
    .addOption(new Option('--speed <x>', 'how fast it goes, 1 to 50').argParser(readSpeed).default(2))
    .addOption(new Option('--events <n>', 'a job of this many events instead, nearly all output').argParser(readEvents))
    .addHelpText('after', help)
    .action(async (options: DemoOptions, command: Command) => {
      if (options.events !== undefined && command.getOptionValueSource('speed') === 'cli') {
        command.error('error: --events goes as fast as the server takes it; leave out --speed')
      }
      process.exitCode = await demo(env, options)
    })
}

const help = `
A deploy whose end-to-end gate fails, an agent that mends the test, a second attempt that passes: about a minute at
speed 2. Ctrl-C cancels the job.

Examples:
  $ waybill demo
  $ waybill demo --speed 20
  $ waybill demo --events 1000000`

/** @returns the exit code: 130 if it was interrupted, as shells have it */
async function demo(env: CliEnv, { speed, events }: DemoOptions): Promise<number> {
  const interrupt = watchInterrupt()
  const refused = new AbortController()
  const signal = AbortSignal.any([interrupt.signal, refused.signal])
  const play = async (client: Client) => {
    const job = await client.jobs.create(events === undefined ? storyJob() : manyJob(events))
    process.stdout.write(`${jobUrl(env.url, job.id)}\n`)
    if (events === undefined) await playStory(job, deployStory().slice(1), { speed, signal })
    else await playMany(client, job, { events, signal })
    if (interrupt.signal.aborted) await cancel(job)
    await client.flush()
  }
  try {
    await withClient(env, play, {
      // In large requests, and no more of them in memory than these: a million events are made faster than sent.
      batch: { events: 1000 },
      buffer: { events: 5000, bytes: 4 * 1024 * 1024 },
      onRefused: (_draft, error) => refused.abort(error),
    })
    refused.signal.throwIfAborted()
    return interrupt.signal.aborted ? 130 : 0
  } finally {
    interrupt.close()
  }
}

function storyJob(): NewJob {
  const [first] = deployStory()
  if (first?.type !== 'job.created') throw new Error('The story does not begin with its job.')
  const { requestId: _recorded, ...job } = first.payload
  return { ...job, labels: { ...job.labels, demo: 'true' } }
}

function manyJob(events: number): NewJob {
  return {
    action: 'demo',
    title: `${events.toLocaleString('en-US')} events`,
    inputs: { events },
    labels: { demo: 'true' },
  }
}

async function playMany(
  client: Client,
  job: JobHandle,
  { events, signal }: { events: number; signal: AbortSignal },
): Promise<void> {
  // jobs.create has recorded the first.
  const progress = openProgress(events, () => 1 + client.stats().delivered)
  try {
    for (const draft of manyEvents(events)) {
      if (signal.aborted) return
      await job.emit(draft)
    }
    await job.flush()
  } finally {
    progress.close()
  }
}

/** A job that stays `running` for ever would be the wrong thing to learn from a demo. */
async function cancel(job: JobHandle): Promise<void> {
  notice('interrupted: the job is being cancelled')
  await job.fail({ code: 'INTERRUPTED', message: 'The demo was interrupted.' }, 'cancellation')
}

function readSpeed(text: string): number {
  const speed = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (speed >= 1 && speed <= 50) return speed
  throw new InvalidArgumentError('It must be a number from 1 to 50.')
}

function readEvents(text: string): number {
  const events = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (events >= fewest && events <= most) return events
  throw new InvalidArgumentError(`It must be a number from ${fewest} to ${most.toLocaleString('en-US')}.`)
}
