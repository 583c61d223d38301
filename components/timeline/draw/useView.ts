import { useSearchParams } from 'next/navigation'
import { useCallback } from 'react'

const views = ['split', 'timeline', 'output', 'event', 'ai', 'gates'] as const

/** Which panes fill the job page. */
export type View = (typeof views)[number]

/** The view, kept in the address, so that the page that is sent is the page that is seen. */
export function useView(): { view: View; show: (view: View | ((before: View) => View)) => void } {
  const named = useSearchParams().get('view')
  const view = readView(named)
  const show = useCallback((next: View | ((before: View) => View)) => {
    const url = new URL(window.location.href)
    const to = typeof next === 'function' ? next(readView(url.searchParams.get('view'))) : next
    if (to === 'split') url.searchParams.delete('view')
    else url.searchParams.set('view', to)
    if (url.href !== window.location.href) window.history.replaceState(null, '', url)
  }, [])
  return { view, show }
}

function readView(name: string | null): View {
  return views.find((known) => known === name) ?? 'split'
}
