import type { KeyBinding } from '#components/keys/binding.ts'
import { CommandPalette } from '#components/keys/CommandPalette.tsx'
import { type PaletteEntry, rankEntries } from '#components/keys/rankEntries.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { StepView } from '#domain/job/replay.ts'

type JobPaletteProps = {
  bindings: readonly KeyBinding[]
  steps: ReadonlyMap<string, StepView>
  typed: string
  onSelect: (seq: number) => void
  onClose: () => void
}

const mostSteps = 8

/** The commands of the job page, its steps by name, and events by number. */
export function JobPalette({ bindings, steps, typed, onSelect, onClose }: JobPaletteProps) {
  const offer = (query: string): PaletteEntry[] => {
    const words = query.replace(/^:/, '').trim()
    const seq = /^#([1-9]\d{0,15})$/.exec(words)?.[1]
    if (seq !== undefined) {
      return [
        { id: `seq-${seq}`, group: 'Event', label: `Go to event ${seq}`, keys: [], run: () => onSelect(Number(seq)) },
      ]
    }
    if (words === '') return []
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
      placeholder="A command, a step, or #42 for an event"
      typed={typed}
      onClose={onClose}
    />
  )
}
