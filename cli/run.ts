import { hostname } from 'node:os'
import { Command } from 'commander'
import type { CliEnv } from '#cli/env.ts'
import { jobUrl } from '#cli/jobAddress.ts'
import { collectPairs } from '#cli/keyValue.ts'
import { notice } from '#cli/notice.ts'
import { openBacklog } from '#cli/run/backlog.ts'
import { describeJob } from '#cli/run/describeJob.ts'
import { openRunClient, type Trouble } from '#cli/run/openRunClient.ts'
import { type CommandEnd, endDrafts, shellCode } from '#cli/run/outcome.ts'
import { openRecorder, type RecordEnd, type Recorder } from '#cli/run/recorder.ts'
import { stopWhenStuck } from '#cli/run/stopWhenStuck.ts'
import { superviseCommand } from '#cli/run/superviseCommand.ts'
import { unsentDirectory, unsentPath } from '#cli/unsent/unsentFile.ts'
import type { NewJob } from '#sdk/createClient.ts'
import { outputPiece } from '#sdk/emit/outputPieces.ts'
import { reactionTo } from '#sdk/wire/reactions.ts'

/** How long the command waits for its job to exist: its environment names the job, and its link is shown first. */
const CREATE_MS = 2000
const STEP_ID = 'command'

type RunOptions = { name?: string; action: string; label?: Record<string, string> }

export function runCommand(env: CliEnv): Command {
  return new Command('run')
    .description('run a command as a job: record its output and how it ended')
    .usage('[options] -- <command…>')
    .argument('<command...>', 'the command and its arguments, after --')
    .option('-n, --name <title>', 'title of the job (default: the command line)')
    .option('-a, --action <action>', 'what kind of job it is', 'run')
    .option('-l, --label <name=value>', 'a label; may be repeated', collectPairs)
    .passThroughOptions()
    .addHelpText('after', help)
    .action(async (command: string[], options: RunOptions) => {
      process.exitCode = await run(env, command, options)
    })
}

const help = `
The command's output is shown unchanged and at once, its exit code is passed through (128+n when signal n ended it).
It writes into pipes, not a terminal: tell programs to colour if you want colours (FORCE_COLOR=1, --color=always).
Without a server the command runs all the same; its record is kept in a file for "waybill send".
In the command's environment, WAYBILL_JOB_ID and WAYBILL_URL serve "waybill emit". Command lines are recorded; values
whose name says that they are secret are not (--token=…, PASSWORD=…).

Examples:
  $ waybill run -- npm run build
  $ waybill run --name "nightly backup" --label host=db1 -- pg_dump -Fc shop -f shop.dump
  $ waybill run -- sh -c 'make && make install'`

async function run(env: CliEnv, command: readonly string[], { name, action, label }: RunOptions): Promise<number> {
  const cwd = process.cwd()
  const job = describeJob(command, { name, action, labels: label, cwd, parentJobId: env.parentJobId })
  const path = unsentPath(unsentDirectory(env.dataDir, cwd), job.requestId)
  const { client, trouble } = openRunClient(env, (draft, error) => recorder.giveUp(draft, error))
  const backlog = openBacklog(path, { waybill: 'unsent', version: 1, url: env.url, job })
  const recorder: Recorder = openRecorder(client, job, backlog)
  const created = await Promise.race([recorder.created(CREATE_MS), trouble.struck])
  if (created) notice(`recording as ${jobUrl(env.url, created.id)}`)
  else await goOnWithout(job, recorder, whyNot(env, trouble, recorder.cause()?.message))

  recorder.record({ type: 'job.started', payload: { runner: hostname() } })
  recorder.record({ type: 'step.started', payload: { stepId: STEP_ID, name: job.title, kind: 'command' } })
  const added = { WAYBILL_URL: env.url, ...(created && { WAYBILL_JOB_ID: created.id }) }
  const end = await superviseCommand(command, env.childEnvironment(added), ({ stream, bytes }) => {
    recorder.record({ type: 'step.output', payload: { stepId: STEP_ID, stream, ...outputPiece(bytes) } })
  })
  for (const draft of endDrafts(STEP_ID, end)) recorder.record(draft)
  tellStartError(command, end)

  const stuck = stopWhenStuck(client, () => created !== null)
  const outcome = await recorder.finish(stuck.signal).finally(stuck.release)
  tellOutcome(env, outcome, { trouble, wasShown: created !== null })
  return shellCode(end)
}

/** A command must not fail for want of a server. But a job that no server will ever take is a mistake in the options. */
async function goOnWithout(job: NewJob, recorder: Recorder, reason: string): Promise<void> {
  try {
    const cause = recorder.cause()
    if (cause && reactionTo(cause) === 'event') throw cause
    const { judgeJob } = await import('#cli/run/judgeJob.ts')
    judgeJob(job)
  } catch (error) {
    await recorder.abandon()
    throw error
  }
  notice(`${reason} The command runs; its record is kept.`)
}

function whyNot(env: CliEnv, trouble: Trouble, cause: string | undefined): string {
  if (env.key === undefined) return env.keyProblem
  return cause ?? trouble.last?.message ?? `${env.url} has not answered yet.`
}

function tellStartError([file = '']: readonly string[], { startError }: CommandEnd): void {
  if (!startError) return
  const { code = startError.message } = startError
  const reasons: Record<string, string> = { ENOENT: 'there is no such command', EACCES: 'it may not be executed' }
  notice(`${file}: ${reasons[code] ?? code}`)
}

function tellOutcome(
  env: CliEnv,
  { jobId, kept, cause }: RecordEnd,
  { trouble, wasShown }: { trouble: Trouble; wasShown: boolean },
): void {
  if (jobId !== undefined && !wasShown) notice(`recorded as ${jobUrl(env.url, jobId)}`)
  if (trouble.firstRefusal) {
    notice(`${trouble.refused} events were refused and are not in the record: ${trouble.firstRefusal.message}`)
  }
  if (kept === undefined) return
  notice(
    `${whyNot(env, trouble, cause?.message)} What could not be sent is in ${kept}; deliver it with: waybill send ${kept}`,
  )
}
