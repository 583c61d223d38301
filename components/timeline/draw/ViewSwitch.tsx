import type { View } from '#components/timeline/layout/address.ts'
import styles from './ViewSwitch.module.css'

type ViewSwitchProps = {
  view: View
  /** which views have something to show */
  has: { ai: boolean; gates: boolean }
  /** in the top bar where there is room for it, else at the bottom, one pane at a time */
  place: 'bar' | 'bottom'
  onShow: (view: View) => void
}

type Choice = { view: View; name: string; key: string | null }

const inBar: Choice[] = [
  { view: 'split', name: 'Overview', key: '1' },
  { view: 'output', name: 'Output', key: '2' },
  { view: 'timeline', name: 'Timeline', key: '3' },
  { view: 'ai', name: 'AI', key: '4' },
  { view: 'gates', name: 'Gates', key: '6' },
]

const atBottom: Choice[] = [
  { view: 'timeline', name: 'Timeline', key: null },
  { view: 'output', name: 'Output', key: null },
  { view: 'ai', name: 'AI', key: null },
  { view: 'gates', name: 'Gates', key: null },
  { view: 'event', name: 'Details', key: null },
]

/** Which panes fill the page. */
export function ViewSwitch({ view, has, place, onShow }: ViewSwitchProps) {
  const choices = (place === 'bar' ? inBar : atBottom).filter(
    ({ view: name }) => (name !== 'ai' || has.ai) && (name !== 'gates' || has.gates),
  )
  // one pane at a time there is no overview: its first pane stands for it
  const shown = place === 'bottom' && view === 'split' ? 'timeline' : view
  return (
    <nav className={place === 'bar' ? styles.bar : styles.bottom} aria-label="Views">
      {choices.map((choice) => (
        <button
          key={choice.view}
          type="button"
          aria-pressed={shown === choice.view}
          title={choice.key === null ? undefined : `${choice.name} (${choice.key})`}
          onClick={() => onShow(choice.view)}
        >
          {choice.name}
        </button>
      ))}
    </nav>
  )
}
