import { lazy, useEffect } from 'react'

const loadAi = () => import('#components/timeline/ai/AiView.tsx')
const loadGates = () => import('#components/timeline/gates/GatesView.tsx')

/** Views that most jobs are never looked at in: their code comes after the page's own. */
export const LaterAiView = lazy(async () => ({ default: (await loadAi()).AiView }))
export const LaterGatesView = lazy(async () => ({ default: (await loadGates()).GatesView }))

/** The page itself comes first: what it shows, and the requests of its reader. */
const laterMs = 3_000

/** Brings the views that have something to show before they are asked for, so that they are there if the server goes away. */
export function useLaterViews({ ai, gates }: { ai: boolean; gates: boolean }): void {
  useEffect(() => {
    const ignore = () => {}
    const timer = setTimeout(() => {
      if (ai) loadAi().catch(ignore)
      if (gates) loadGates().catch(ignore)
    }, laterMs)
    return () => clearTimeout(timer)
  }, [ai, gates])
}
