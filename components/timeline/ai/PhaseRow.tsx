import { countOf } from '#components/format/count.ts'
import { costWords } from '#components/timeline/ai/costWords.ts'
import { Disclose } from '#components/timeline/ai/Disclose.tsx'
import { Moment } from '#components/timeline/ai/Moment.tsx'
import type { Phase } from '#components/timeline/ai/phases.ts'
import styles from './AiRow.module.css'

type PhaseRowProps = {
  phase: Phase
  isOpen: boolean
  origin: number
  onSelect: (seq: number) => void
  onToggle: () => void
}

const names: Record<Phase['kind'], string> = { retry: 'Retry', 'dead end': 'Dead end', undone: 'Undone' }

/** The beginning of a stretch that led nowhere, or somewhere only at the second try, and what it cost. */
export function PhaseRow({ phase, isOpen, origin, onSelect, onToggle }: PhaseRowProps) {
  const { kind, first } = phase
  const name = names[kind]
  return (
    <div className={styles.phase} data-kind={kind}>
      <button type="button" tabIndex={-1} className={styles.row} onClick={() => onSelect(first.seq)}>
        <Moment at={first.from - origin} />
        <PhaseGlyph kind={kind} />
        <span className={styles.name}>{name}</span>
        <span className={styles.note}>
          <span className={styles.why}>{whyOf(phase)}</span>
        </span>
        <span className={styles.figures}>
          {costWords(phase.cost).map((words) => (
            <span key={words}>{words}</span>
          ))}
        </span>
      </button>
      <Disclose isOpen={isOpen} label={`${name}: ${whyOf(phase)}`} onClick={onToggle} />
    </div>
  )
}

function whyOf({ kind, first, last, tries, failed }: Phase): string {
  const what = first.subject === '' ? first.tool : `${first.tool} ${first.subject}`
  if (kind === 'undone') return `#${last.seq} put back what #${first.seq} changed: ${what}`
  if (tries === 0) return `${countOf(failed, 'call')} failed in a row, first ${what}`
  return kind === 'retry' ? `${what}: went well at try ${tries}` : `${what}: ${tries} tries, all failed`
}

/** A way that turns back, one that ends, one that is crossed out. */
function PhaseGlyph({ kind }: { kind: Phase['kind'] }) {
  const paths: Record<Phase['kind'], string> = {
    retry: 'M9.500 6a3.500 3.500 0 1 1-1-2.500M8.700 1.500v2.200H6.500',
    'dead end': 'M1.500 6h6M8.500 2.500v7',
    undone: 'M3.800 3 1.500 5.300l2.300 2.300M1.700 5.300h5.300a2.500 2.500 0 0 1 0 5H5',
  }
  return (
    <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
      <path d={paths[kind]} fill="none" stroke="currentColor" strokeWidth="1.400" strokeLinecap="round" />
    </svg>
  )
}
