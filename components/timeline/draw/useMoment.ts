import { useSearchParams } from 'next/navigation'
import { useCallback } from 'react'

/** The seq at which the job is looked at, kept in the address; null: now. */
export function useMoment(): { at: number | null; goBackTo: (at: number | null) => void } {
  const named = useSearchParams().get('at')
  const at = named !== null && /^[1-9]\d{0,15}$/.test(named) ? Number(named) : null
  const goBackTo = useCallback((next: number | null) => {
    const url = new URL(window.location.href)
    if (next === null) url.searchParams.delete('at')
    else url.searchParams.set('at', String(next))
    if (url.href !== window.location.href) window.history.replaceState(null, '', url)
  }, [])
  return { at, goBackTo }
}
