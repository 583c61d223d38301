import type { NodeKind } from '#components/timeline/layout/tree.ts'
import styles from './KindGlyph.module.css'

/** What produced something, by shape and hue. */
export function KindGlyph({ kind, failed = false }: { kind: NodeKind; failed?: boolean }) {
  return (
    <svg
      className={failed ? styles.failed : styles[hues[kind]]}
      width="12"
      height="12"
      viewBox="0 0 12 12"
      aria-hidden="true"
    >
      {shapes[kind]}
    </svg>
  )
}

const hues = {
  job: 'job',
  attempt: 'job',
  step: 'step',
  gate: 'gate',
  tool: 'ai',
  tokens: 'ai',
  artifact: 'ai',
  fold: 'ai',
} as const

const wrench = (
  <path
    d="M10.3 2.1 8.6 3.8l-.5-1L9.8 1.1A3 3 0 0 0 6 4.9L1.3 9.6a.9.9 0 0 0 1.2 1.2L7.2 6.1a3 3 0 0 0 3.1-4Z"
    fill="currentColor"
  />
)

const shapes: Record<NodeKind, React.ReactNode> = {
  job: <rect x="1" y="3.5" width="10" height="5" rx="1.5" fill="currentColor" />,
  attempt: <rect x="1" y="3.5" width="10" height="5" rx="1.5" fill="none" stroke="currentColor" strokeWidth="1.4" />,
  step: <path d="M3.5 1.8 9 6l-5.5 4.2Z" fill="currentColor" />,
  gate: <path d="m6 .8 5.2 5.2L6 11.2.8 6Z" fill="currentColor" />,
  tool: wrench,
  fold: wrench,
  tokens: <path d="M6 .6 7.3 4.7 11.4 6 7.3 7.3 6 11.4 4.7 7.3.6 6l4.1-1.3Z" fill="currentColor" />,
  artifact: (
    <path
      d="M6 .9 10.8 3.4v5.2L6 11.1 1.2 8.6V3.4ZM6 2.4 3.3 3.8 6 5.2l2.7-1.4ZM2.6 5v2.8L5.3 9.200V6.400Z"
      fill="currentColor"
      fillRule="evenodd"
    />
  ),
}
