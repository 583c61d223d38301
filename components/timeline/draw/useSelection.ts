import { useSearchParams } from 'next/navigation'
import { useCallback } from 'react'

/** The selected event's seq, kept in the address, so that what is seen can be sent. */
export function useSelection(): { selectedSeq: number | null; select: (seq: number | null) => void } {
  const sel = useSearchParams().get('sel')
  const selectedSeq = sel !== null && /^[1-9]\d{0,15}$/.test(sel) ? Number(sel) : null
  const select = useCallback((seq: number | null) => {
    const url = new URL(window.location.href)
    if (seq === null) url.searchParams.delete('sel')
    else url.searchParams.set('sel', String(seq))
    // replaced, not pushed: Back leads to the list, not through every row that was looked at
    window.history.replaceState(null, '', url)
  }, [])
  return { selectedSeq, select }
}
