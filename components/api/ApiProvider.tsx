'use client'

import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createTRPCClient, httpBatchLink } from '@trpc/client'
import { type ReactNode, useState } from 'react'
import { failureOf, isLasting } from '#components/api/failure.ts'
import { goToLogin } from '#components/api/goToLogin.ts'
import { TRPCProvider } from '#components/api/trpc.ts'
import type { AppRouter } from '#server/api/router.ts'

/** Typed calls to the server for everything below. A call that finds the session over leads to the login page. */
export function ApiProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(newQueryClient)
  const [trpcClient] = useState(() =>
    createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: '/api/trpc', maxItems: 20, maxURLLength: 4000 })] }),
  )
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
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
        retry: (failures, error) => failures < 3 && !isLasting(failureOf(error)),
        refetchOnWindowFocus: true,
        staleTime: 2_000,
      },
    },
  })
}
