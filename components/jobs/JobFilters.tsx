'use client'

import { useEffect, useRef, useState } from 'react'
import { stateGlyph, stateWords } from '#components/glyphs/jobStates.ts'
import { StatusGlyph } from '#components/glyphs/StatusGlyph.tsx'
import type { ListFilter } from '#components/jobs/listFilter.ts'
import { type JobState, jobStates } from '#domain/job/shape.ts'
import styles from './JobFilters.module.css'

export function JobFilters({ filter, onChange }: { filter: ListFilter; onChange: (filter: ListFilter) => void }) {
  return (
    <search className={styles.bar}>
      <div className={styles.states}>
        {[null, ...jobStates].map((state) => (
          <StateButton
            key={state}
            state={state}
            isOn={filter.state === state}
            onPick={() => onChange({ ...filter, state })}
          />
        ))}
      </div>
      <TextFilter text={filter.text} onChange={(text) => onChange({ ...filter, text })} />
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

function TextFilter({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const [typed, setTyped] = useState(text)
  const input = useRef<HTMLInputElement>(null)
  const latest = useRef(onChange)
  latest.current = onChange
  useEffect(() => setTyped(text), [text])
  useEffect(() => {
    if (typed === text) return
    // one question a word, not one a letter
    const timer = setTimeout(() => latest.current(typed), 250)
    return () => clearTimeout(timer)
  }, [typed, text])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.target instanceof HTMLInputElement) return
      event.preventDefault()
      input.current?.focus()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
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
        ref={input}
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
