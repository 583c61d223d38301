'use client'

import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createTRPCClient, httpBatchLink } from '@trpc/client'
import { type ReactNode, useState } from 'react'
import { failureOf, isLasting } from '#components/api/failure.ts'
import { goToLogin } from '#components/api/goToLogin.ts'
import { timedFetch } from '#components/api/timedFetch.ts'
import { TRPCProvider } from '#components/api/trpc.ts'
import { ServerClock } from '#components/clock/serverClock.ts'
import { ServerClockContext } from '#components/clock/useServerClock.ts'
import type { AppRouter } from '#server/api/router.ts'

/** Typed calls to the server for everything below. A call that finds the session over leads to the login page. */
export function ApiProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(newQueryClient)
  const [clock] = useState(() => new ServerClock())
  const [trpcClient] = useState(() => {
    const link = httpBatchLink({ url: '/api/trpc', maxItems: 20, maxURLLength: 4000, fetch: timedFetch(clock) })
    return createTRPCClient<AppRouter>({ links: [link] })
  })
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        <ServerClockContext value={clock}>{children}</ServerClockContext>
      </TRPCProvider>
    </QueryClientProvider>
  )
}

function newQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (failureOf(error).code === 'UNAUTHENTICATED') goToLogin()
      },
    }),
    defaultOptions: {
      queries: {
        // A machine without a network may still reach a server of its own; one that cannot must say so instead of waiting.
        networkMode: 'always',
        retry: (failures, error) => failures < 3 && !isLasting(failureOf(error)),
        refetchOnWindowFocus: true,
        staleTime: 2_000,
      },
    },
  })
}
