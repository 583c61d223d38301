'use client'

import { type RefObject, useEffect, useRef, useState } from 'react'
import { stateGlyph, stateWords } from '#components/glyphs/jobStates.ts'
import { StatusGlyph } from '#components/glyphs/StatusGlyph.tsx'
import type { ListFilter } from '#components/jobs/listFilter.ts'
import { type JobState, jobStates } from '#domain/job/shape.ts'
import styles from './JobFilters.module.css'

type JobFiltersProps = {
  filter: ListFilter
  inputRef: RefObject<HTMLInputElement | null>
  onChange: (change: Partial<ListFilter>) => void
}

/** The text filter; the states beside it where there is no room for all facets. */
export function JobFilters({ filter, inputRef, onChange }: JobFiltersProps) {
  return (
    <search className={styles.bar}>
      <div className={styles.states}>
        {[null, ...jobStates].map((state) => (
          <StateButton key={state} state={state} isOn={filter.state === state} onPick={() => onChange({ state })} />
        ))}
      </div>
      <TextFilter text={filter.text} inputRef={inputRef} onChange={(text) => onChange({ text })} />
    </search>
  )
}

function StateButton({ state, isOn, onPick }: { state: JobState | null; isOn: boolean; onPick: () => void }) {
  return (
    <button type="button" className={styles.state} aria-pressed={isOn} onClick={onPick}>
      {state && <StatusGlyph status={stateGlyph[state]} size={12} />}
      {state ? stateWords[state] : 'All'}
    </button>
  )
}

type TextFilterProps = {
  text: string
  inputRef: RefObject<HTMLInputElement | null>
  onChange: (text: string) => void
}

function TextFilter({ text, inputRef, onChange }: TextFilterProps) {
  const [typed, setTyped] = useState(text)
  const latest = useRef(onChange)
  latest.current = onChange
  // What was told comes back as `text` a moment later, when the reader may have typed on: taken over, it would swallow letters.
  const told = useRef<string[]>([])
  useEffect(() => {
    const at = told.current.indexOf(text)
    told.current = at < 0 ? [] : told.current.slice(at + 1)
    if (at < 0) setTyped(text)
  }, [text])
  useEffect(() => {
    if (typed === text) return
    // one question a word, not one a letter
    const timer = setTimeout(() => {
      told.current.push(typed)
      latest.current(typed)
    }, 250)
    return () => clearTimeout(timer)
  }, [typed, text])
  return (
    <div className={styles.search}>
      <svg
        width="14"
        height="14"
        viewBox="0 0 14 14"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.4"
        aria-hidden="true"
      >
        <circle cx="6" cy="6" r="3.9" />
        <path d="m9 9 3 3" strokeLinecap="round" />
      </svg>
      <input
        ref={inputRef}
        type="search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        placeholder="Title, action or id"
        aria-label="Filter by title, action or id"
        aria-keyshortcuts="/"
        spellCheck={false}
      />
      <kbd>/</kbd>
    </div>
  )
}
