import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink } from '@trpc/client'
import type { Event } from '#domain/events/envelope.ts'
import type { AppRouter } from '#server/api/router.ts'
import { eventSourceWith } from '#testing/eventSourceWith.ts'
import type { Caller } from '#testing/httpDoor.ts'

export type TrpcClient = ReturnType<typeof openTrpc>

/** The typed client that browsers use, with a key. */
export function openTrpc({ url, key }: Caller) {
  const headers = { authorization: `Bearer ${key}` }
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({ url: `${url}/api/trpc`, EventSource: eventSourceWith(headers) }),
        false: httpLink({ url: `${url}/api/trpc`, headers }),
      }),
    ],
  })
}

/** All events of a job, from the subscription, once the job is over. */
export function collectEvents(client: TrpcClient, jobId: string): Promise<Event[]> {
  const events: Event[] = []
  return new Promise((resolve, reject) => {
    client.events.follow.subscribe(
      { jobId },
      {
        onData: ({ id, data }) => {
          if (id !== String(data.seq)) reject(new Error(`id ${id} tracks seq ${data.seq}`))
          events.push(data)
        },
        onError: reject,
        onComplete: () => resolve(events),
      },
    )
  })
}
