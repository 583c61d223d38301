import { Command, InvalidArgumentError } from 'commander'
import { withClient } from '#cli/connect.ts'
import type { CliEnv } from '#cli/env.ts'
import { readJobAddress } from '#cli/jobAddress.ts'
import { notice } from '#cli/notice.ts'
import { createEventPrinter, type PrintMode } from '#cli/tail/eventPrinter.ts'
import { openOutput } from '#cli/tail/writeOut.ts'
import { isWaybillError } from '#domain/errors.ts'
import type { JobState } from '#domain/job/shape.ts'
import type { Client } from '#sdk/createClient.ts'
import type { FollowStatus, TypePattern } from '#sdk/follow/follow.ts'

type TailOptions = { json?: true; raw?: true; after: number; types?: TypePattern[] }

/** How the job ended, as an exit code; a job that is not over has none. */
const exitCodes: Record<JobState, number> = { success: 0, failed: 1, cancelled: 2, pending: 0, running: 0 }

export function tailCommand(env: CliEnv): Command {
  return new Command('tail')
    .description('show a job from its beginning and follow it to its end')
    .argument('<job>', 'its id or the address of its page')
    .option('--json', 'one event a line, as served, for other programs')
    .option('--raw', 'the output alone, byte for byte, escape sequences and all')
    .option('--after <seq>', 'only events after this one', readSeq, 0)
    .option('--types <types>', 'only these, e.g. job.*,gate.*,step.output', (text) => text.split(',') as TypePattern[])
    .addHelpText('after', help)
    .action(async (job: string, options: TailOptions) => {
      const jobId = readJobAddress(job, env.url)
      // For ever: a server that is restarted comes back.
      const retry = { giveUpMs: Number.POSITIVE_INFINITY }
      process.exitCode = await withClient(env, (client) => tail(client, jobId, { env, ...options }), { retry })
    })
}

const help = `
Comes back by itself when the server is restarted or the network fails; nothing is missed or shown twice.
What a job wrote is shown without the escape sequences that could harm a terminal: on a terminal its colours stay, into
a pipe it goes as plain text. --raw and --json change nothing.
Exit code: 0 if the job succeeded, 1 if it failed, 2 if it was cancelled.

Examples:
  $ waybill tail 0199c5a2-7c1e-7b9e-8f57-3f1b7a8d2c11
  $ waybill tail $job --json --types 'gate.*' | jq -c .payload
  $ waybill tail $job --raw > build.log`

async function tail(client: Client, jobId: string, options: TailOptions & { env: CliEnv }): Promise<number> {
  const { after, types } = options
  // Asked once, so that a wrong address is an answer and not an endless wait.
  await client.jobs.summary(jobId)
  const print = createEventPrinter(printMode(options))
  const write = openOutput()
  const events = client.job(jobId).follow({ after, ...(types && { types }), onStatus: createStatusTeller() })
  try {
    for (;;) {
      const { done, value } = await events.next()
      if (done) return exitCodes[value.state]
      if (!(await write(print(value)))) return 0
    }
  } finally {
    await events.return({ head: 0, state: 'pending' })
  }
}

function printMode({ env, json, raw }: TailOptions & { env: CliEnv }): PrintMode {
  if (json) return { kind: 'json' }
  if (raw) return { kind: 'raw' }
  return { kind: 'text', colours: Boolean(process.stdout.isTTY) && env.mayColour }
}

/** Says once that the connection is lost, and once that it is back. */
function createStatusTeller(): (status: FollowStatus) => void {
  let isLost = false
  return (status) => {
    if (status.state === 'waiting' && !isLost) {
      isLost = true
      notice(`${isWaybillError(status.error) ? status.error.message : 'the connection is lost'} Trying again …`)
    }
    if (status.state === 'live' && isLost) {
      isLost = false
      notice('connected again')
    }
  }
}

function readSeq(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a seq, 0 or greater.')
}
