import type { ReactNode } from 'react'

type TreeGridProps = {
  label: string
  rowCount: number
  /** id of the current row, if it is drawn */
  activeRow: string | undefined
  className: string | undefined
  height: number
  children: ReactNode
}

/** A table whose rows are a tree: one stop for the keyboard, the current row named by its id (ARIA 1.2, treegrid). */
export function TreeGrid({ label, rowCount, activeRow, className, height, children }: TreeGridProps) {
  const aria = {
    role: 'treegrid',
    tabIndex: 0,
    'aria-label': label,
    'aria-rowcount': rowCount,
    'aria-activedescendant': activeRow,
  } as const
  return (
    <table {...aria} className={className} style={{ height }}>
      {children}
    </table>
  )
}
