import { requireKey } from '#cli/connect.ts'
import type { CliEnv } from '#cli/env.ts'
import { callProcedure, type OutputOf } from '#sdk/wire/rpc.ts'
import { withDeadline } from '#sdk/wire/withDeadline.ts'

const PATIENCE_MS = 10_000

/** Asks the server something about itself or the caller. @throws WaybillError */
export function askServer<P extends 'session.get' | 'doctor.report'>(env: CliEnv, procedure: P): Promise<OutputOf<P>> {
  const server = { url: env.url, key: requireKey(env), fetch: globalThis.fetch }
  return withDeadline(PATIENCE_MS, undefined, (signal) => callProcedure(server, 'query', { procedure, signal }))
}
