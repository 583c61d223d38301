import { useCallback, useEffect, useState } from 'react'

const storageKey = 'waybill-wrap'

/** Whether long lines are wrapped: a habit of the reader's, so the browser keeps it, for all jobs. */
export function useWrap(): { isWrapped: boolean; toggleWrap: () => void } {
  const [isWrapped, setIsWrapped] = useState(false)
  // after the first render: the server knows nothing of it
  useEffect(() => setIsWrapped(localStorage.getItem(storageKey) === 'on'), [])
  const toggleWrap = useCallback(() => {
    setIsWrapped((before) => {
      if (before) localStorage.removeItem(storageKey)
      else localStorage.setItem(storageKey, 'on')
      return !before
    })
  }, [])
  return { isWrapped, toggleWrap }
}
