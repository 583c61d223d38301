import { useEffect, useState } from 'react'
import { steadyNow } from '#components/clock/steadyNow.ts'

/** steadyNow(), renewed every second while `isTicking`; stands still otherwise, as what it times does. */
export function useNow(isTicking: boolean): number {
  const [now, setNow] = useState(steadyNow)
  useEffect(() => {
    if (!isTicking) return
    setNow(steadyNow())
    const timer = setInterval(() => setNow(steadyNow()), 1000)
    return () => clearInterval(timer)
  }, [isTicking])
  return now
}
