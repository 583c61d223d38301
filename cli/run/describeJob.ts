import { v7 as uuid } from 'uuid'
import { plainText } from '#cli/plainText.ts'
import { maskArguments } from '#cli/run/maskArguments.ts'
import { limits } from '#domain/events/limits.ts'
import type { NewJob } from '#sdk/createClient.ts'

export type CommandJob = NewJob & { requestId: string; title: string }

/** Characters of a command line that are recorded; xargs makes ones of megabytes. */
const MOST_CHARACTERS = 32 * 1024

/** The job that a command is recorded as. */
export function describeJob(
  command: readonly string[],
  options: {
    name?: string | undefined
    action: string
    labels?: Record<string, string> | undefined
    cwd: string
    parentJobId?: string | undefined
  },
): CommandJob {
  const { name, action, labels, cwd, parentJobId } = options
  const shown = shorten(maskArguments(command))
  return {
    requestId: uuid(),
    action,
    inputs: { command: shown, cwd },
    title: name ?? plainText(shown.map(quote).join(' '), limits.nameCharacters),
    ...(labels && { labels }),
    ...(parentJobId !== undefined && { parentJobId }),
  }
}

function shorten(args: readonly string[]): string[] {
  const kept: string[] = []
  let left = MOST_CHARACTERS
  for (const arg of args) {
    if (arg.length > left) return [...kept, `… ${args.length - kept.length} more`]
    left -= arg.length
    kept.push(arg)
  }
  return kept
}

/** As it could be typed again. */
function quote(arg: string): string {
  return /^[\w@%+=:,./[\]-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`
}
