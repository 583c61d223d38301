import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import type { CliEnv } from '#cli/env.ts'
import { notice } from '#cli/notice.ts'
import { sendFile } from '#cli/send/sendFile.ts'
import { unsentDirectory, unsentName } from '#cli/unsent/unsentFile.ts'

export function sendCommand(env: CliEnv): Command {
  return new Command('send')
    .description('deliver what "waybill run" could not send')
    .argument('[files...]', 'files named waybill-unsent-….jsonl (default: all in the data directory and here)')
    .option('--force', 'also a file that a running "waybill run" still writes to')
    .addHelpText(
      'after',
      `
Nothing is recorded twice, however often a file is sent. A file that was delivered is removed; events that the server
refuses are kept beside it, in ….refused.jsonl.

Example:
  $ waybill send`,
    )
    .action(async (files: string[], { force = false }: { force?: boolean }) => {
      const targets = files.length > 0 ? files : findUnsent(env)
      if (targets.length === 0) notice('there is nothing to send')
      for (const path of targets) await sendFile(env, path, force)
    })
}

function findUnsent(env: CliEnv): string[] {
  const cwd = process.cwd()
  const directories = new Set([unsentDirectory(env.dataDir, cwd), cwd])
  return Array.from(directories).flatMap((directory) =>
    readdirSync(directory)
      .filter((name) => unsentName.test(name))
      .sort()
      .map((name) => join(directory, name)),
  )
}
