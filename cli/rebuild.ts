import { Command } from 'commander'
import type { CliEnv } from '#cli/env.ts'
import { readJobAddress } from '#cli/jobAddress.ts'
import { askRebuild } from '#cli/rebuild/askRebuild.ts'
import { describeProgress } from '#cli/rebuild/describeProgress.ts'
import type { RebuildProgress } from '#domain/job/served.ts'

export function rebuildCommand(env: CliEnv): Command {
  return new Command('rebuild')
    .description('make anew what the server keeps besides the journal: totals, outlines, counts and lines of output')
    .argument('[job]', 'its id or the address of its page (default: all jobs of the organisation)')
    .addHelpText('after', help)
    .action(async (job: string | undefined) => {
      const asked = job === undefined ? {} : { jobId: readJobAddress(job, env.url) }
      let last: RebuildProgress | null = null
      for await (const progress of askRebuild(env, asked)) {
        last = progress
        // One line that is written over, for a person; a log would get thousands.
        if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${describeProgress(progress)}`)
      }
      if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
      const jobs = last?.jobs ?? 0
      process.stdout.write(`${jobs === 1 ? '1 job' : `${jobs} jobs`} rebuilt\n`)
    })
}

const help = `
Needs a key with the scope admin. The journal is only read; the server goes on recording and answering meanwhile. To be
used after a restore, or when a page shows what the events do not say.

Examples:
  $ waybill rebuild
  $ waybill rebuild 0199c5a2-7c1e-7b9e-8f57-3f1b7a8d2c11`
