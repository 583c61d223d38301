import { useEffect, useState } from 'react'

const key = 'waybill.connect'

/** A word that tells this visit's jobs from all others; the same one after a reload. Null until the browser was asked. */
export function useVisit(): { origin: string; visit: string } | null {
  const [known, setKnown] = useState<{ origin: string; visit: string } | null>(null)
  useEffect(() => {
    const visit = sessionStorage.getItem(key) ?? Math.random().toString(36).slice(2, 8)
    sessionStorage.setItem(key, visit)
    setKnown({ origin: window.location.origin, visit })
  }, [])
  return known
}
