import { formatCount } from '#components/format/count.ts'
import { formatOffset } from '#components/format/time.ts'
import type { KeyBinding } from '#components/keys/binding.ts'
import { CommandPalette } from '#components/keys/CommandPalette.tsx'
import { type PaletteEntry, rankEntries } from '#components/keys/rankEntries.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import { readGoTo } from '#components/timeline/layout/goTo.ts'
import type { StepView } from '#domain/job/replay.ts'

type JobPaletteProps = {
  bindings: readonly KeyBinding[]
  steps: ReadonlyMap<string, StepView>
  typed: string
  onSelect: (seq: number) => void
  /** a line, an event or a moment, as typed */
  onGoTo: (words: string) => void
  onClose: () => void
}

const mostSteps = 8

/** The commands of the job page, its steps by name, and every place in it by its address. */
export function JobPalette({ bindings, steps, typed, onSelect, onGoTo, onClose }: JobPaletteProps) {
  const offer = (query: string): PaletteEntry[] => {
    const words = query.replace(/^:/, '').trim()
    if (words === '') return []
    const place = placeText(words)
    if (place !== null) {
      return [{ id: 'place', group: 'Go to', label: `Go to ${place}`, keys: [], run: () => onGoTo(words) }]
    }
    const entries = [...steps].map(([key, step]) => ({
      id: `step-${key}`,
      group: 'Step',
      label: [visibleText(step.name), step.attempt > 1 ? `attempt ${step.attempt}` : null].filter(Boolean).join(' · '),
      keys: [],
      run: () => onSelect(step.startedSeq),
    }))
    return rankEntries(entries, words).slice(0, mostSteps)
  }
  return (
    <CommandPalette
      bindings={bindings}
      offer={offer}
      placeholder="A command, a step, line 1200, event #42, 12:03:11, +4m"
      typed={typed}
      onClose={onClose}
    />
  )
}

/** The place that was typed, in words; null: it may be a command or a step. */
function placeText(words: string): string | null {
  const wish = readGoTo(words)
  switch (wish.to) {
    case 'line':
      return `line ${formatCount(wish.line)}`
    case 'seq':
      return `event #${formatCount(wish.seq)}`
    case 'clock':
      return `${words}, the first event from then on`
    case 'offset':
      return `${formatOffset(wish.ms)} into the job`
    case 'step':
    case 'nowhere':
      return null
  }
}
