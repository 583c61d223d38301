import type { ReactNode } from 'react'
import styles from './IconButton.module.css'

type IconButtonProps = {
  label: string
  onClick: () => void
  children: ReactNode
  pressed?: boolean
  /** the key that does the same */
  shortcut?: string
}

export function IconButton({ label, onClick, children, pressed, shortcut }: IconButtonProps) {
  return (
    <button
      type="button"
      className={styles.button}
      aria-label={label}
      aria-pressed={pressed}
      title={shortcut ? `${label} (${shortcut})` : label}
      onClick={onClick}
    >
      {children}
    </button>
  )
}
