import { formatCount } from '#components/format/count.ts'
import { stateGlyph, stateWords } from '#components/glyphs/jobStates.ts'
import { StatusGlyph } from '#components/glyphs/StatusGlyph.tsx'
import type { ListFilter } from '#components/jobs/listFilter.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { FacetValue, JobFacets } from '#domain/job/served.ts'
import { jobStates } from '#domain/job/shape.ts'
import styles from './JobFacetList.module.css'

type JobFacetListProps = { facets: JobFacets; filter: ListFilter; onChange: (change: Partial<ListFilter>) => void }

/** What the jobs differ in, and how many of each there are. Choosing a value again lets it go. */
export function JobFacetList({ facets, filter, onChange }: JobFacetListProps) {
  const countOfState = new Map(facets.states.map(({ name, count }) => [name, count]))
  return (
    <aside className={styles.facets} aria-label="Filters">
      <Group title="State">
        {jobStates.map((state) => (
          <Choice
            key={state}
            count={countOfState.get(state) ?? 0}
            isOn={filter.state === state}
            onPick={(isOn) => onChange({ state: isOn ? state : null })}
          >
            <StatusGlyph status={stateGlyph[state]} size={13} />
            {stateWords[state]}
          </Choice>
        ))}
      </Group>
      <Values title="Action" values={facets.actions} chosen={filter.action} onPick={(action) => onChange({ action })} />
      <Values title="Who" values={facets.users} chosen={filter.user} onPick={(user) => onChange({ user })} />
      {!facets.isWhole && <p className={styles.note}>Counted over the newest 10,000 jobs.</p>}
    </aside>
  )
}

type ValuesProps = {
  title: string
  values: readonly FacetValue[]
  chosen: string | null
  onPick: (name: string | null) => void
}

function Values({ title, values, chosen, onPick }: ValuesProps) {
  // one that nobody can choose otherwise tells nothing
  if (values.length < 2 && chosen === null) return null
  const shown =
    chosen === null || values.some(({ name }) => name === chosen) ? values : [{ name: chosen, count: 0 }, ...values]
  return (
    <Group title={title}>
      {shown.map(({ name, count }) => (
        <Choice key={name} count={count} isOn={chosen === name} onPick={(isOn) => onPick(isOn ? name : null)}>
          <span className={styles.name} title={visibleText(name)}>
            {visibleText(name)}
          </span>
        </Choice>
      ))}
    </Group>
  )
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className={styles.group}>
      <h2 className={styles.title}>{title}</h2>
      {children}
    </section>
  )
}

type ChoiceProps = { count: number; isOn: boolean; onPick: (isOn: boolean) => void; children: React.ReactNode }

function Choice({ count, isOn, onPick, children }: ChoiceProps) {
  return (
    <button type="button" className={styles.choice} aria-pressed={isOn} onClick={() => onPick(!isOn)}>
      {children}
      <span className={styles.count}>
        {formatCount(count)}
        <span className="visuallyHidden"> {count === 1 ? 'job' : 'jobs'}</span>
      </span>
    </button>
  )
}
