import { useEffect, useState } from 'react'

/** Views that most jobs are never looked at in: their code comes after the page's own. */
export const loadAiView = async () => (await import('#components/timeline/ai/AiView.tsx')).AiView
export const loadGatesView = async () => (await import('#components/timeline/gates/GatesView.tsx')).GatesView

/** The page itself comes first: what it shows, and the requests of its reader. */
const laterMs = 3_000
const againMs = 2_000

/** Brings the views that have something to show before they are asked for, so that they are there if the server goes away. */
export function useLaterViews({ ai, gates }: { ai: boolean; gates: boolean }): void {
  useEffect(() => {
    const ignore = () => {}
    const timer = setTimeout(() => {
      if (ai) loadAiView().catch(ignore)
      if (gates) loadGatesView().catch(ignore)
    }, laterMs)
    return () => clearTimeout(timer)
  }, [ai, gates])
}

/** A view once its code is here; asked for again until then, since a server that is away comes back. */
export function useLaterView<V>(load: () => Promise<V>): { view: V | null; isFailing: boolean } {
  const [state, setState] = useState<{ view: V | null; isFailing: boolean }>({ view: null, isFailing: false })
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let isWanted = true
    const ask = () => {
      load().then(
        (view) => isWanted && setState({ view, isFailing: false }),
        () => {
          if (!isWanted) return
          setState({ view: null, isFailing: true })
          timer = setTimeout(ask, againMs)
        },
      )
    }
    ask()
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [load])
  return state
}
