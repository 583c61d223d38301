import { TRPCClientError } from '@trpc/client'
import type { AppRouter } from '#server/api/router.ts'

/** What a failed call says to its reader. */
export type Failure = { code: string; detail: string; requestId: string | null }

export function failureOf(error: unknown): Failure {
  if (error instanceof TRPCClientError) {
    const { data } = error as TRPCClientError<AppRouter>
    if (data) return { code: data.code, detail: data.detail, requestId: data.requestId }
  }
  return { code: 'UNREACHABLE', detail: 'The server cannot be reached.', requestId: null }
}

/** A refusal that the same request would meet again. */
export function isLasting({ code }: Failure): boolean {
  return code !== 'UNREACHABLE' && code !== 'UNAVAILABLE' && code !== 'BUSY' && code !== 'INTERNAL'
}
