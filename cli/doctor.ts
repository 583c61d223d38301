import { Command } from 'commander'
import { checkClock } from '#cli/doctor/checkClock.ts'
import { checkKey } from '#cli/doctor/checkKey.ts'
import { checkNode } from '#cli/doctor/checkNode.ts'
import { checkParts } from '#cli/doctor/checkParts.ts'
import { checkServer } from '#cli/doctor/checkServer.ts'
import { checkStream } from '#cli/doctor/checkStream.ts'
import type { Check, Finding } from '#cli/doctor/finding.ts'
import type { CliEnv } from '#cli/env.ts'
import { plainText } from '#cli/plainText.ts'

export function doctorCommand(env: CliEnv): Command {
  return new Command('doctor')
    .description('check this machine, the server and the way between them, and say what to do')
    .addHelpText(
      'after',
      `
Records one short job of action "waybill-doctor" to see that events come through the real address.
Exit code: 0 if all is well, 1 if something is wrong.`,
    )
    .action(async () => {
      process.exitCode = await examine(env)
    })
}

/** In this order: a later check makes no sense while one before it fails. */
const checks: readonly Check[] = [checkNode, checkServer, checkKey, checkParts, checkClock, checkStream]
const marks: Record<Finding['state'], string> = { well: '✓', note: '•', wrong: '✗' }

async function examine(env: CliEnv): Promise<number> {
  for (const check of checks) {
    const findings = await check(env)
    for (const { state, text, fix } of findings) {
      process.stdout.write(`${marks[state]} ${plainText(text)}\n${fix === undefined ? '' : `  → ${plainText(fix)}\n`}`)
    }
    if (findings.some(({ state }) => state === 'wrong')) return 1
  }
  return 0
}
