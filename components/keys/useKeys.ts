import { useEffect, useRef } from 'react'
import { findBinding, type KeyBinding } from '#components/keys/binding.ts'

/** Time in which the second key of a sequence has to follow. */
const sequenceMs = 1_200

/** Runs what is bound to a key, wherever the focus is, unless somebody is typing or the key belongs to a control. */
export function useKeys(bindings: KeyBinding[]): void {
  const latest = useRef(bindings)
  latest.current = bindings
  useEffect(() => {
    let pending = ''
    let pendingSince = 0
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isModifier(event.key)) return
      const isCommand = event.metaKey || event.ctrlKey
      // AltGr is both: it writes
      if (isCommand && event.altKey) return
      if (isCommand ? isInDialog() : isTaken(event)) return
      const before = isCommand || event.altKey || event.timeStamp - pendingSince > sequenceMs ? '' : pending
      const key = isCommand ? `Mod+${event.key.toLowerCase()}` : event.altKey ? altKey(event) : event.key
      const { binding, begins } = findBinding(latest.current, before, key)
      pending = begins ? key : ''
      pendingSince = event.timeStamp
      if (!binding && !begins) return
      event.preventDefault()
      binding?.run()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}

/** Shift is pressed on the way to "G": it neither is a key of its own nor ends a sequence. */
function isModifier(key: string): boolean {
  return key === 'Shift' || key === 'Control' || key === 'Meta' || key === 'Alt'
}

/** By its place on the keyboard: with Alt, a Mac writes ∑ for W. */
function altKey({ code, key }: KeyboardEvent): string {
  return `Alt+${code.startsWith('Key') ? code.slice(3).toLowerCase() : key}`
}

function isInDialog(): boolean {
  return document.querySelector('dialog[open], [role=dialog]:popover-open') !== null
}

function isTaken({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.matches('input, textarea, select, [contenteditable]')) return true
  if (isInDialog()) return true
  // space and arrows are what buttons, separators and scrolling panes answer to themselves
  if (key === ' ' || key === 'Enter') return target.matches('button, a, summary')
  if (key.startsWith('Arrow'))
    return target.matches('[role=separator], [role=slider], [data-pane=output], [data-pane=events]')
  return (key === 'Home' || key === 'End') && target.matches('[role=slider], [data-pane=output], [data-pane=events]')
}
