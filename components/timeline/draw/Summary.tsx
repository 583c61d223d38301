import { type ReactNode, useMemo } from 'react'
import { KindGlyph } from '#components/glyphs/KindGlyph.tsx'
import { StatusGlyph } from '#components/glyphs/StatusGlyph.tsx'
import type { JobRead } from '#components/timeline/data/jobRead.ts'
import { JsonText } from '#components/timeline/draw/JsonText.tsx'
import {
  artifactHighlights,
  failureHighlights,
  gateHighlights,
  type Highlight,
  longestSteps,
  modelUses,
  tokenText,
} from '#components/timeline/layout/highlights.ts'
import { statusWords } from '#components/timeline/layout/status.ts'
import type { TreeNode } from '#components/timeline/layout/tree.ts'
import styles from './Summary.module.css'

type SummaryProps = { timeline: JobRead; tree: TreeNode | null; now: number; onSelect: (seq: number) => void }

/** What is worth looking at while nothing is selected. */
export function Summary({ timeline, tree, now, onSelect }: SummaryProps) {
  const last = timeline.eventAt(timeline.view.head)
  // a burst of output draws the page twenty times a second and changes none of these: the tree is the same
  const { failures, gates, artifacts, models } = useMemo(() => {
    return {
      failures: failureHighlights(timeline, tree),
      gates: gateHighlights(timeline),
      artifacts: artifactHighlights(timeline),
      models: modelUses(timeline),
    }
  }, [timeline, tree])
  const longest = useMemo(() => longestSteps(tree, now), [tree, now])
  return (
    <aside className={styles.pane} aria-label="Summary">
      <Section title="Failures" items={failures} onSelect={onSelect} />
      <Section title="Gates" items={gates} onSelect={onSelect} />
      <Section title="Longest steps" items={longest} onSelect={onSelect} />
      <Section title="Artifacts" items={artifacts} onSelect={onSelect} />
      {models.length > 0 && (
        <Titled title="Models">
          <ul>
            {models.map((use) => (
              <li key={use.model} className={styles.model}>
                <span>{use.model}</span>
                <span className={styles.detail}>{tokenText(use)}</span>
              </li>
            ))}
          </ul>
        </Titled>
      )}
      {last?.type === 'job.completed' && last.payload.output !== undefined && (
        <Titled title="Output of the job">
          <JsonText value={last.payload.output} />
        </Titled>
      )}
      <p className={styles.hint}>
        Select a row, a mark or a line to see its event. <kbd>?</kbd> lists the keys.
      </p>
    </aside>
  )
}

const shown = 8

function Section({ title, items, onSelect }: { title: string; items: Highlight[]; onSelect: (seq: number) => void }) {
  if (items.length === 0) return null
  return (
    <Titled title={title} count={items.length > shown ? items.length : null}>
      <ul>
        {items.slice(0, shown).map((item) => (
          <li key={item.seq}>
            <button type="button" className={styles.item} onClick={() => onSelect(item.seq)}>
              {item.status === 'plain' ? (
                <KindGlyph kind={item.kind} />
              ) : (
                <StatusGlyph status={item.status} size={13} />
              )}
              <span className={styles.name}>
                {item.name}
                <span className="visuallyHidden"> {statusWords[item.status]}</span>
              </span>
              <span className={styles.detail}>{item.detail}</span>
            </button>
          </li>
        ))}
      </ul>
    </Titled>
  )
}

function Titled({ title, count = null, children }: { title: string; count?: number | null; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h2 className={styles.title}>
        {title}
        {count !== null && <span> {count}</span>}
      </h2>
      {children}
    </section>
  )
}
