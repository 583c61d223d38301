import { runTool } from '#server/embedded/runTool.ts'
import type { RunAs } from '#server/embedded/spawnServer.ts'

/** The oldest major version that Waybill's scripts are written for. */
const oldestMajor = 8

export type FoundValkey = { command: string } | { missing: string }

/**
 * Looks for a `valkey-server` on `searchPath` (the PATH setting) that is new enough. When there is none to use, `missing`
 * says why in a clause, e.g. `no valkey-server is on PATH`.
 */
export async function findValkeyServer(searchPath: string): Promise<FoundValkey> {
  const which = await runTool({
    command: '/bin/sh',
    args: ['-c', 'PATH="$1"; command -v valkey-server', 'sh', searchPath],
    cwd: '/',
    user: undefined,
  })
  const command = which.output
  if (!which.ok || !command.startsWith('/')) return { missing: 'no valkey-server is on PATH' }
  const { output } = await runTool({ command, args: ['--version'], cwd: '/', user: undefined })
  const major = Number(/ v=(\d+)\./.exec(output)?.[1])
  if (major >= oldestMajor) return { command }
  return { missing: `${command} is not Valkey ${oldestMajor} or newer (${output})` }
}

/** Root's own tools may lie where the unprivileged user cannot go; a cache without files may then run as root. */
export async function valkeyUser(command: string, user: RunAs | undefined): Promise<RunAs | undefined> {
  if (user === undefined) return undefined
  const { ok } = await runTool({ command, args: ['--version'], cwd: '/', user })
  return ok ? user : undefined
}
