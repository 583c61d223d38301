import { useEffect, useRef, useState } from 'react'

/** A text for a polite live region: at most one change in `everyMs`, so that a fast job does not talk without end. */
export function usePoliteText(text: string, everyMs = 5_000): string {
  const [spoken, setSpoken] = useState(text)
  const last = useRef(-everyMs)
  useEffect(() => {
    if (text === spoken) return
    const wait = Math.max(0, last.current + everyMs - performance.now())
    const timer = setTimeout(() => {
      last.current = performance.now()
      setSpoken(text)
    }, wait)
    return () => clearTimeout(timer)
  }, [text, spoken, everyMs])
  return spoken
}
