'use client'

import { useEffect, useState } from 'react'
import { IconButton } from '#components/shell/IconButton.tsx'

type Choice = 'system' | 'light' | 'dark'

const after: Record<Choice, Choice> = { system: 'light', light: 'dark', dark: 'system' }
const storageKey = 'waybill-theme'

/** Light, dark or as the system says. public/theme.js applies the stored choice before the first paint. */
export function ThemeToggle() {
  const [choice, setChoice] = useState<Choice>('system')
  useEffect(() => {
    const { theme } = document.documentElement.dataset
    if (theme === 'light' || theme === 'dark') setChoice(theme)
  }, [])
  const next = after[choice]
  return (
    <IconButton
      label={`Theme: ${choice}. Change to ${next}`}
      onClick={() => {
        setChoice(next)
        apply(next)
      }}
    >
      <Glyph choice={choice} />
    </IconButton>
  )
}

function apply(choice: Choice): void {
  if (choice === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = choice
  try {
    if (choice === 'system') localStorage.removeItem(storageKey)
    else localStorage.setItem(storageKey, choice)
  } catch {
    // storage is blocked: the choice lasts as long as the page
  }
}

function Glyph({ choice }: { choice: Choice }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      aria-hidden="true"
    >
      {choice === 'light' && (
        <>
          <circle cx="8" cy="8" r="2.8" />
          <path
            strokeLinecap="round"
            d="M8 1.6v1.2M8 13.2v1.2M1.6 8h1.2M13.2 8h1.2M3.5 3.5l.8.8M11.7 11.7l.8.8M3.5 12.5l.8-.8M11.7 4.3l.8-.8"
          />
        </>
      )}
      {choice === 'dark' && <path strokeLinejoin="round" d="M13.4 9.6A5.6 5.6 0 0 1 6.4 2.6a5.6 5.6 0 1 0 7 7Z" />}
      {choice === 'system' && (
        <>
          <circle cx="8" cy="8" r="5.4" />
          <path d="M8 2.6a5.4 5.4 0 0 1 0 10.8Z" fill="currentColor" stroke="none" />
        </>
      )}
    </svg>
  )
}
