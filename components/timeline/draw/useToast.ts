import { useCallback, useEffect, useState } from 'react'

/** A short sentence that goes away by itself. */
export function useToast(): { text: string | null; say: (text: string) => void } {
  const [toast, setToast] = useState<{ text: string } | null>(null)
  useEffect(() => {
    if (!toast) return
    const timer = setTimeout(() => setToast(null), 3_500)
    return () => clearTimeout(timer)
  }, [toast])
  const say = useCallback((text: string) => setToast({ text }), [])
  return { text: toast?.text ?? null, say }
}
