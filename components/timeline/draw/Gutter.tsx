import { memo, useMemo, useRef } from 'react'
import { useSize } from '#components/timeline/draw/useSize.ts'
import { type GutterMark, type GutterSpace, gutterMarks } from '#components/timeline/gutter/gutterMarks.ts'
import type { Density } from '#domain/search/density.ts'
import styles from './Gutter.module.css'

type GutterProps = Omit<GutterSpace, 'height' | 'rowOf'> & {
  rowOf: (line: number) => number
  hits: Density | null
  errors: Density | null
  onGoTo: (row: number) => void
}

const width = 5

/** Where hits and lines of stderr lie among all rows. What it shows is reached by `n` and by the search `kind:stderr`. */
export const Gutter = memo(function Gutter({ first, end, rows, rowOf, hits, errors, onGoTo }: GutterProps) {
  const box = useRef<HTMLDivElement>(null)
  const { height } = useSize(box)
  const paths = useMemo(() => {
    const space = { height, first, end, rows, rowOf }
    const pathOf = (density: Density | null, left: number) =>
      density
        ? gutterMarks(density, space)
            .map((mark) => boxOf(mark, left))
            .join('')
        : ''
    return { hits: pathOf(hits, 0), errors: pathOf(errors, width) }
  }, [height, first, end, rows, rowOf, hits, errors])
  return (
    <div
      ref={box}
      className={styles.gutter}
      aria-hidden="true"
      onPointerDown={(event) => {
        const { top } = event.currentTarget.getBoundingClientRect()
        onGoTo(Math.min(rows - 1, Math.floor(((event.clientY - top) / height) * rows)))
      }}
    >
      <svg width={2 * width} height={height} aria-hidden="true">
        <path className={styles.errors} d={paths.errors} />
        <path className={styles.hits} d={paths.hits} />
      </svg>
    </div>
  )
})

function boxOf({ top, end }: GutterMark, left: number): string {
  return `M${left} ${top}h${width}V${end}h-${width}z`
}
