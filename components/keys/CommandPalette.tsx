import { useEffect, useId, useMemo, useRef, useState } from 'react'
import type { KeyBinding } from '#components/keys/binding.ts'
import { KeyCaps } from '#components/keys/KeyCaps.tsx'
import { type PaletteEntry, rankEntries } from '#components/keys/rankEntries.ts'
import styles from './CommandPalette.module.css'

type CommandPaletteProps = {
  bindings: readonly KeyBinding[]
  /** what the page offers beside its commands, for what was typed so far; shown first */
  offer?: (query: string) => PaletteEntry[]
  placeholder: string
  /** what is typed already when it opens */
  typed?: string
  onClose: () => void
}

/** More than anybody reads: the next letter is faster. */
const most = 60

/** Every command of the page, by name, with the key that does the same. */
export function CommandPalette({ bindings, offer, placeholder, typed = '', onClose }: CommandPaletteProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const list = useRef<HTMLUListElement>(null)
  const [query, setQuery] = useState(typed)
  const [at, setAt] = useState(0)
  const id = useId()
  useEffect(() => dialog.current?.showModal(), [])

  const entries = useMemo(() => {
    const commands = bindings.map(({ keys, label, group, run }) => ({ id: keys.join(), group, label, keys, run }))
    return [...(offer?.(query) ?? []), ...rankEntries(commands, query)].slice(0, most)
  }, [bindings, offer, query])
  const current = Math.min(at, entries.length - 1)
  useEffect(() => {
    list.current?.children[current]?.scrollIntoView({ block: 'nearest' })
  }, [current])

  const run = (entry: PaletteEntry | undefined) => {
    if (!entry) return
    // closed first: the command may move the focus, and a dialog gives it back when it closes
    dialog.current?.close()
    entry.run()
  }
  const combobox = {
    role: 'combobox',
    'aria-expanded': true,
    'aria-controls': `${id}-list`,
    'aria-activedescendant': entries.length > 0 ? `${id}-${current}` : undefined,
  } as const
  return (
    <dialog ref={dialog} className={styles.palette} aria-label="Commands" onClose={onClose}>
      <input
        {...combobox}
        className={styles.input}
        value={query}
        placeholder={placeholder}
        aria-label="Command"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          setQuery(event.target.value)
          setAt(0)
        }}
        onKeyDown={(event) => {
          const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
          if (step !== 0) {
            event.preventDefault()
            setAt((current + step + entries.length) % Math.max(1, entries.length))
          } else if (event.key === 'k' && (event.ctrlKey || event.metaKey)) {
            // elsewhere it is the browser's own
            event.preventDefault()
            dialog.current?.close()
          } else if (event.key === 'Enter') {
            event.preventDefault()
            run(entries[current])
          }
        }}
      />
      <Options id={id} label="Commands" listRef={list} isEmpty={entries.length === 0}>
        {entries.map((entry, n) => (
          <Option key={entry.id} id={`${id}-${n}`} isCurrent={n === current} onPick={() => run(entry)}>
            <span className={styles.group}>{entry.group}</span>
            <span className={styles.label}>{entry.label}</span>
            <KeyCaps keys={entry.keys.slice(0, 1)} />
          </Option>
        ))}
      </Options>
    </dialog>
  )
}

type OptionsProps = {
  id: string
  label: string
  listRef: React.RefObject<HTMLUListElement | null>
  isEmpty: boolean
  children: React.ReactNode
}

/** A list that the input's arrows walk: its items never take the focus themselves (ARIA 1.2, combobox). */
function Options({ id, label, listRef, isEmpty, children }: OptionsProps) {
  const aria = { role: 'listbox', id: `${id}-list`, 'aria-label': label } as const
  return (
    <>
      <ul {...aria} ref={listRef} className={styles.list}>
        {children}
      </ul>
      {isEmpty && <p className={styles.none}>No command is called that.</p>}
    </>
  )
}

type OptionProps = { id: string; isCurrent: boolean; onPick: () => void; children: React.ReactNode }

function Option({ id, isCurrent, onPick, children }: OptionProps) {
  const aria = { role: 'option', 'aria-selected': isCurrent } as const
  return (
    <li {...aria} id={id} className={isCurrent ? styles.current : styles.option} onPointerUp={onPick}>
      {children}
    </li>
  )
}
