import { useSyncExternalStore } from 'react'
import type { Theme } from '#components/timeline/ansi/ink.ts'

/** The theme in force: the reader's choice, or the system's. What draws on a canvas must draw again when it changes. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, currentTheme, () => 'light')
}

/** asked once: asking takes a while, and every line that is drawn wants to know */
let dark: MediaQueryList | null = null

function systemTheme(): MediaQueryList {
  dark ??= window.matchMedia('(prefers-color-scheme: dark)')
  return dark
}

function subscribe(changed: () => void): () => void {
  const system = systemTheme()
  system.addEventListener('change', changed)
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  return () => {
    system.removeEventListener('change', changed)
    observer.disconnect()
  }
}

function currentTheme(): Theme {
  const { theme } = document.documentElement.dataset
  if (theme === 'light' || theme === 'dark') return theme
  return systemTheme().matches ? 'dark' : 'light'
}
