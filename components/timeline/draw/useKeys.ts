import { useEffect, useRef } from 'react'

export type KeyBinding = {
  /** as KeyboardEvent.key has them; the first is shown */
  keys: string[]
  label: string
  group: 'Move' | 'Jump' | 'Time' | 'Live' | 'Share' | 'View' | 'Anywhere'
  run: () => void
}

/** Runs what is bound to a key, wherever the focus is, unless somebody is typing or the key belongs to a control. */
export function useKeys(bindings: KeyBinding[]): void {
  const latest = useRef(bindings)
  latest.current = bindings
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return
      if (isTaken(event)) return
      const binding = latest.current.find((candidate) => candidate.keys.includes(event.key))
      if (!binding) return
      event.preventDefault()
      binding.run()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}

function isTaken({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.matches('input, textarea, select, [contenteditable]')) return true
  if (document.querySelector('dialog[open]')) return true
  // space and arrows are what buttons, separators and scrolling panes answer to themselves
  if (key === ' ' || key === 'Enter') return target.matches('button, a, summary')
  if (key.startsWith('Arrow')) return target.matches('[role=separator], [data-pane=output], [data-pane=events]')
  return (key === 'Home' || key === 'End') && target.matches('[data-pane=output], [data-pane=events]')
}
