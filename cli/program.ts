import { Command, CommanderError } from 'commander'
import { type CliEnv, readCliEnv } from '#cli/env.ts'
import { exitCodeOf, usageExitCode } from '#cli/exitCode.ts'
import { notice } from '#cli/notice.ts'
import { readVersion } from '#cli/version.ts'
import { isWaybillError } from '#domain/errors.ts'

/** Loaded when it is asked for: what a command does not need, it neither waits for nor keeps in memory. */
const commands: Record<string, () => Promise<(env: CliEnv) => Command>> = {
  run: async () => (await import('#cli/run.ts')).runCommand,
  tail: async () => (await import('#cli/tail.ts')).tailCommand,
  emit: async () => (await import('#cli/emit.ts')).emitCommand,
  create: async () => (await import('#cli/create.ts')).createCommand,
  send: async () => (await import('#cli/send.ts')).sendCommand,
  demo: async () => (await import('#cli/demo.ts')).demoCommand,
  rebuild: async () => (await import('#cli/rebuild.ts')).rebuildCommand,
  doctor: async () => (await import('#cli/doctor.ts')).doctorCommand,
}

/**
 * The command line: `waybill run | tail | emit | create | send | demo | doctor`.
 *
 * @returns the exit code
 */
export async function runProgram(args: readonly string[]): Promise<number> {
  // A line that nobody reads any more (2>&1 | head) is no reason to leave a record unsent.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  try {
    const env = readCliEnv(process.cwd())
    const program = new Command('waybill')
      .description('Record jobs, and follow them.')
      .version(readVersion())
      .enablePositionalOptions()
      .addHelpText('after', help)
    const asked = Object.keys(commands).filter((name) => name === args[0])
    for (const name of asked.length > 0 ? asked : Object.keys(commands)) {
      const make = await commands[name]?.()
      if (make) program.addCommand(make(env))
    }
    for (const command of [program, ...program.commands]) command.exitOverride().showHelpAfterError('(--help explains)')
    await program.parseAsync(args, { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    return report(error)
  }
}

const help = `
Settings: WAYBILL_URL (http://127.0.0.1:4100), WAYBILL_KEY (else the file key in WAYBILL_DATA_DIR, or in .waybill of this
directory or one above).
Exit codes: 64 usage, 65 refused content, 66 no such job or file, 69 no server, 70 internal, 75 try again,
77 no permission, 78 settings; "run" passes the command's own through, "tail" answers 1 for a failed job.

Examples:
  $ waybill run -- npm run build
  $ waybill tail 0199c5a2-7c1e-7b9e-8f57-3f1b7a8d2c11
  $ job=$(waybill create --action deploy) && waybill emit $job job.started`

/** One line that says what happened and what to do. @returns the exit code */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExitCode
  if (!isWaybillError(error)) throw error
  notice(error.message)
  return exitCodeOf(error.code)
}
