import { createContext, useContext } from 'react'
import type { ServerClock } from '#components/clock/serverClock.ts'

export const ServerClockContext = createContext<ServerClock | null>(null)

/** The clock that the answers of the API set. */
export function useServerClock(): ServerClock {
  const clock = useContext(ServerClockContext)
  if (!clock) throw new Error('useServerClock is used outside of ApiProvider')
  return clock
}
