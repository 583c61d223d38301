import { useEffect, useState } from 'react'

/** Milliseconds since the epoch, renewed every second while `isTicking`; stands still otherwise, as what it times does. */
export function useNow(isTicking: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!isTicking) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [isTicking])
  return now
}
