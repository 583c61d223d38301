import { useRef } from 'react'
import styles from './Splitter.module.css'

type SplitterProps = {
  /** height of what is below, in percent of both */ value: number
  onChange: (value: number) => void
}

const [least, most] = [12, 85]

/** The border between two panes, moved by pointer or by arrow keys. */
export function Splitter({ value, onChange }: SplitterProps) {
  const isDragging = useRef(false)
  const set = (next: number) => onChange(Math.round(Math.min(most, Math.max(least, next)) * 10) / 10)
  return (
    <hr
      className={styles.splitter}
      aria-label="Size of the output"
      aria-orientation="horizontal"
      aria-valuenow={value}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      onKeyDown={(event) => {
        if (event.key === 'ArrowUp') set(value + 4)
        else if (event.key === 'ArrowDown') set(value - 4)
        else return
        event.preventDefault()
      }}
      onPointerDown={(event) => {
        isDragging.current = true
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={(event) => {
        const box = event.currentTarget.parentElement?.getBoundingClientRect()
        if (isDragging.current && box) set(((box.bottom - event.clientY) / box.height) * 100)
      }}
      onPointerUp={() => {
        isDragging.current = false
      }}
    />
  )
}
