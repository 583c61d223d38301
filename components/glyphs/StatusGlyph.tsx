import type { NodeStatus } from '#components/timeline/layout/status.ts'
import styles from './StatusGlyph.module.css'

type Look = {
  tone: 'ok' | 'fail' | 'busy' | 'quiet'
  shape: 'check' | 'cross' | 'half' | 'dashed' | 'slash' | 'skip' | 'clock' | 'dot'
}

const looks: Record<NodeStatus, Look> = {
  waiting: { tone: 'quiet', shape: 'dashed' },
  running: { tone: 'busy', shape: 'half' },
  success: { tone: 'ok', shape: 'check' },
  passed: { tone: 'ok', shape: 'check' },
  failure: { tone: 'fail', shape: 'cross' },
  failed: { tone: 'fail', shape: 'cross' },
  error: { tone: 'fail', shape: 'cross' },
  timeout: { tone: 'fail', shape: 'clock' },
  cancellation: { tone: 'quiet', shape: 'slash' },
  skip: { tone: 'quiet', shape: 'skip' },
  unfinished: { tone: 'quiet', shape: 'dashed' },
  plain: { tone: 'quiet', shape: 'dot' },
}

/** How something went, by shape; colour only repeats it. */
export function StatusGlyph({ status, size = 14 }: { status: NodeStatus; size?: number }) {
  const { tone, shape } = looks[status]
  return (
    <svg className={styles[tone]} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      {shapes[shape]}
    </svg>
  )
}

const ring = { cx: 8, cy: 8, r: 6.2, fill: 'none', stroke: 'currentColor', strokeWidth: 1.6 }
const stroke = {
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.7,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const
const onDisc = { ...stroke, stroke: 'var(--surface)', strokeWidth: 1.9 }

const shapes: Record<Look['shape'], React.ReactNode> = {
  check: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="m4.9 8.3 2.1 2.1 4.1-4.6" {...onDisc} />
    </>
  ),
  cross: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8" {...onDisc} />
    </>
  ),
  half: (
    <>
      <circle {...ring} />
      <path d="M8 4.2a3.8 3.8 0 0 1 0 7.6Z" fill="currentColor" />
    </>
  ),
  dashed: <circle {...ring} strokeDasharray="2.4 2.47" />,
  slash: (
    <>
      <circle {...ring} />
      <path d="m4.6 11.4 6.8-6.8" {...stroke} />
    </>
  ),
  skip: (
    <>
      <circle {...ring} />
      <path d="M5.4 8h5.2" {...stroke} />
    </>
  ),
  clock: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="M8 4.6V8l2.2 1.7" {...onDisc} />
    </>
  ),
  dot: <circle cx="8" cy="8" r="2.4" fill="currentColor" />,
}
