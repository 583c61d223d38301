import { useRef } from 'react'
import type { ModelCall } from '#components/timeline/ai/aiItems.ts'
import { type ContextColumn, contextColumns, contextPath } from '#components/timeline/ai/contextChart.ts'
import { tokenPartOrder } from '#components/timeline/ai/tokenParts.ts'
import { useSize } from '#components/timeline/draw/useSize.ts'
import styles from './ContextChart.module.css'
import tones from './TokenBar.module.css'

type ContextChartProps = { calls: readonly ModelCall[]; selectedSeq: number | null; onSelect: (seq: number) => void }

const height = 44

/** The calls of a session side by side, and the running context over them. The rows below say the same in words. */
export function ContextChart({ calls, selectedSeq, onSelect }: ContextChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const { width } = useSize(box)
  const columns = contextColumns(calls, { width, height })
  return (
    <div ref={box} className={styles.chart}>
      <svg width={Math.max(0, width)} height={height} aria-hidden="true">
        {columns.map((column) => (
          <Column key={column.seq} column={column} isSelected={column.seq === selectedSeq} onSelect={onSelect} />
        ))}
        <path d={contextPath(columns)} className={styles.context} />
      </svg>
    </div>
  )
}

type ColumnProps = { column: ContextColumn; isSelected: boolean; onSelect: (seq: number) => void }

function Column({ column, isSelected, onSelect }: ColumnProps) {
  const { seq, x, width, parts } = column
  let top = height
  const gap = width > 8 ? 2 : 1
  return (
    <g onPointerDown={() => onSelect(seq)} className={styles.column}>
      <rect x={x} y={0} width={width} height={height} className={isSelected ? styles.selected : styles.ground} />
      {parts.map((part, n) => {
        top -= part
        const name = tokenPartOrder[n]
        return name === undefined || part === 0 ? null : (
          <rect key={name} x={x} y={top} width={width - gap} height={part} className={tones[name]} />
        )
      })}
    </g>
  )
}
