import { createTRPCClient, httpSubscriptionLink } from '@trpc/client'
import type { Connection } from '#chaos/load/transcript.ts'
import type { AppRouter } from '#server/api/router.ts'
import { eventSourceWith } from '#testing/eventSourceWith.ts'

export type TrpcFollow = { url: string; key: string; connection: Connection; signal: AbortSignal }

/**
 * One tRPC subscription until it breaks off or its server says that the job is over.
 *
 * @returns false if its cursor was refused
 */
export async function followTrpc({ url, key, connection, signal }: TrpcFollow): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let isRefused = false
  let isLeft = false
  const client = createTRPCClient<AppRouter>({
    links: [
      httpSubscriptionLink({
        url: `${url}/api/trpc`,
        EventSource: eventSourceWith({ authorization: `Bearer ${key}` }),
      }),
    ],
  })
  const input = { jobId: connection.follower.jobId, lastEventId: String(connection.after) }
  const subscription = client.events.follow.subscribe(input, {
    onData: ({ data }) => connection.events([data]),
    onComplete: () => {
      // tRPC says so of a subscription that was given up, too.
      if (!isLeft) connection.end(connection.last())
      resolve()
    },
    onError: (error) => {
      isRefused = error.data?.code === 'CURSOR_AHEAD'
      resolve()
    },
    // Its own way back would hide the break; the follower decides where to go.
    onConnectionStateChange: ({ state, error }) => state === 'connecting' && error && resolve(),
  })
  const abort = () => resolve()
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  await promise
  isLeft = true
  subscription.unsubscribe()
  signal.removeEventListener('abort', abort)
  return !isRefused
}
