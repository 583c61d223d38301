import { sourceName } from '#cli/connect.ts'
import type { CliEnv } from '#cli/env.ts'
import type { WaybillError } from '#domain/errors.ts'
import type { Draft } from '#domain/events/envelope.ts'
import { type Client, createClient } from '#sdk/createClient.ts'
import { reactionTo } from '#sdk/wire/reactions.ts'

/** What went wrong on the way to the server, for the one line that says so. */
export type Trouble = {
  /** the newest failure */
  last: WaybillError | undefined
  /** events the server will never take, and why the first of them */
  refused: number
  firstRefusal: WaybillError | undefined
  /** resolves with the first failure: a command must not wait for a server that is not there */
  struck: Promise<null>
}

/**
 * A client that tries for ever: what cannot be delivered while the command runs is the backlog's business. `onHopeless`
 * hears of events that this key may not send to this job, which another key or a mended server might take later.
 */
export function openRunClient(
  env: CliEnv,
  onHopeless: (draft: Draft, error: WaybillError) => void,
): { client: Client; trouble: Trouble } {
  let strike = () => {}
  const struck = new Promise<null>((resolve) => {
    strike = () => resolve(null)
  })
  const trouble: Trouble = { last: undefined, refused: 0, firstRefusal: undefined, struck }
  const client = createClient({
    url: env.url,
    ...(env.key !== undefined && { key: env.key }),
    source: sourceName(),
    // Small: what waits is the backlog's business, and a request is held in memory three times while it is sent.
    batch: { bytes: 256 * 1024 },
    buffer: { bytes: 512 * 1024 },
    onRetry: ({ error }) => {
      trouble.last = error
      strike()
    },
    onRefused: (draft, error) => {
      if (reactionTo(error) === 'job') return onHopeless(draft, error)
      trouble.refused++
      trouble.firstRefusal ??= error
    },
  })
  return { client, trouble }
}
