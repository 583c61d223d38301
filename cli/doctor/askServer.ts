import { requireKey } from '#cli/connect.ts'
import type { CliEnv } from '#cli/env.ts'
import { openRpc, type Rpc, toWaybillError } from '#sdk/wire/rpc.ts'
import { withDeadline } from '#sdk/wire/withDeadline.ts'

const PATIENCE_MS = 10_000

/** One procedure call on the server. @throws WaybillError */
export async function askServer<T>(env: CliEnv, ask: (rpc: Rpc, signal: AbortSignal) => Promise<T>): Promise<T> {
  const rpc = openRpc({ url: env.url, key: requireKey(env), fetch: globalThis.fetch })
  return withDeadline(PATIENCE_MS, undefined, async (signal) => {
    try {
      return await ask(rpc, signal)
    } catch (thrown) {
      throw toWaybillError(env.url, signal.aborted ? signal.reason : thrown)
    }
  })
}
