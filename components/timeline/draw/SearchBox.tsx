import { type KeyboardEvent, type RefObject, useEffect, useId, useMemo, useRef, useState } from 'react'
import { formatCount } from '#components/format/count.ts'
import { IconButton } from '#components/shell/IconButton.tsx'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { SearchState } from '#components/timeline/draw/useOutputSearch.ts'
import { outputSuggestions, takeSuggestion } from '#components/timeline/layout/outputSuggestions.ts'
import type { StepView } from '#domain/job/replay.ts'
import styles from './SearchBox.module.css'

type SearchBoxProps = {
  search: SearchState
  steps: ReadonlyMap<string, StepView>
  inputRef: RefObject<HTMLInputElement | null>
}

/** The filter of the output, with what could be typed next, and the way from hit to hit. */
export function SearchBox({ search, steps, inputRef }: SearchBoxProps) {
  const { query } = search
  const offers = useOffers(search, steps, inputRef)
  const list = useId()
  const found = useMemo(() => {
    if (search.query === '') return ''
    if (search.problem !== null) return 'not searched'
    const total = `${formatCount(search.total)}${search.isWhole ? '' : '…'}`
    return search.position > 0 ? `${formatCount(search.position)} of ${total}` : total
  }, [search.query, search.problem, search.total, search.isWhole, search.position])
  const { active } = offers
  useEffect(() => {
    if (active !== null) document.getElementById(`${list}-${active}`)?.scrollIntoView({ block: 'nearest' })
  }, [active, list])
  const onKey = (event: KeyboardEvent<HTMLInputElement>) => {
    if (offers.onKey(event)) return
    if (event.key === 'Enter') search.go(event.shiftKey ? -1 : 1)
    if (event.key === 'Escape') {
      if (query === '') event.currentTarget.blur()
      search.setQuery('')
      event.stopPropagation()
    }
  }
  return (
    <div className={styles.search}>
      <input
        ref={inputRef}
        type="text"
        role="combobox"
        value={query}
        placeholder="Search output"
        aria-label="Search output"
        aria-keyshortcuts="/"
        aria-autocomplete="list"
        aria-expanded={offers.isOpen}
        aria-controls={offers.isOpen ? list : undefined}
        aria-activedescendant={active === null ? undefined : `${list}-${active}`}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={(event) => {
          search.setQuery(event.target.value)
          offers.look(event.target)
        }}
        onBlur={offers.close}
        onKeyDown={onKey}
      />
      {offers.isOpen && (
        <div id={list} role="listbox" aria-label="Filters" className={styles.options}>
          {offers.items.map(({ text, hint }, n) => (
            <div
              key={text}
              id={`${list}-${n}`}
              role="option"
              tabIndex={-1}
              aria-selected={n === active}
              className={styles.option}
              onPointerDown={(event) => {
                // the box keeps the focus
                event.preventDefault()
                offers.take(text)
              }}
            >
              <code>{visibleText(text)}</code>
              {hint !== '' && <span>{hint}</span>}
            </div>
          ))}
        </div>
      )}
      {query === '' ? (
        <kbd className={styles.hint}>/</kbd>
      ) : (
        <>
          <span
            className={search.problem === null ? styles.found : styles.refused}
            role="status"
            title={search.problem ?? undefined}
          >
            {found}
          </span>
          {search.problem !== null && !offers.isOpen && <p className={styles.problem}>{search.problem}</p>}
          <IconButton label="Previous hit" shortcut="N" onClick={() => search.go(-1)}>
            ↑
          </IconButton>
          <IconButton label="Next hit" shortcut="n" onClick={() => search.go(1)}>
            ↓
          </IconButton>
        </>
      )}
    </div>
  )
}

/** Suggestions at the cursor. None is active until an arrow key makes it so: Enter goes to the next hit as ever. */
function useOffers(
  search: SearchState,
  steps: ReadonlyMap<string, StepView>,
  inputRef: RefObject<HTMLInputElement | null>,
) {
  const [cursor, setCursor] = useState<number | null>(null)
  const [active, setActive] = useState<number | null>(null)
  const { query } = search
  const found = useMemo(() => {
    if (cursor === null) return null
    return outputSuggestions(query, cursor, [...new Set(Array.from(steps.values(), (step) => step.name))])
  }, [query, cursor, steps])
  const items = found?.items ?? []
  const isOpen = items.length > 0
  const close = () => {
    setCursor(null)
    setActive(null)
  }
  // a controlled input puts the cursor at its end when its text is changed from outside
  const cursorAfter = useRef<number | null>(null)
  useEffect(() => {
    if (cursorAfter.current !== null) inputRef.current?.setSelectionRange(cursorAfter.current, cursorAfter.current)
    cursorAfter.current = null
  })
  const take = (text: string) => {
    if (!found) return
    const next = takeSuggestion(query, found, text)
    search.setQuery(next.text)
    cursorAfter.current = next.cursor
    setActive(null)
    // behind a colon its values are offered
    setCursor(text.endsWith(':') ? next.cursor : null)
  }
  const onKey = (event: KeyboardEvent<HTMLInputElement>): boolean => {
    const isArrow = event.key === 'ArrowDown' || event.key === 'ArrowUp'
    if (isArrow && !isOpen) setCursor(event.currentTarget.selectionStart)
    else if (isArrow) {
      const step = event.key === 'ArrowDown' ? 1 : -1
      setActive(active === null ? (step === 1 ? 0 : items.length - 1) : (active + step + items.length) % items.length)
    } else if (event.key === 'Escape' && isOpen) close()
    else if ((event.key === 'Enter' || event.key === 'Tab') && active !== null) take(items[active]?.text ?? '')
    else return false
    event.preventDefault()
    event.stopPropagation()
    return true
  }
  return {
    items,
    isOpen,
    active: isOpen ? active : null,
    close,
    take,
    onKey,
    /** offers what could follow, once something is typed */
    look: (input: HTMLInputElement) => {
      setActive(null)
      setCursor(input.value === '' ? null : input.selectionStart)
    },
  }
}
