import type { ReactNode } from 'react'
import { CopyButton } from '#components/copy/CopyButton.tsx'
import { stateGlyph, stateWords } from '#components/glyphs/jobStates.ts'
import { StatusGlyph } from '#components/glyphs/StatusGlyph.tsx'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { EventReads } from '#components/timeline/data/eventReads.ts'
import type { JobRead } from '#components/timeline/data/jobRead.ts'
import { Inputs } from '#components/timeline/draw/Inputs.tsx'
import { Totals } from '#components/timeline/draw/Totals.tsx'
import { WhyLine } from '#components/timeline/draw/WhyLine.tsx'
import type { TreeNode } from '#components/timeline/layout/tree.ts'
import { verdictOf } from '#components/timeline/layout/verdict.ts'
import { whyOf } from '#components/timeline/layout/why.ts'
import styles from './JobHeader.module.css'

type JobHeaderProps = {
  timeline: JobRead
  now: number /** the present, also when the job is over */
  /** how old it is, and when it was last heard from */
  times: ReactNode
  tree: TreeNode | null
  /** whether a narrow screen needs its room for a view */
  isShort: boolean
  reads: EventReads
  onSelect: (seq: number) => void
}

/** What became of the job, who asked for what, and how much of it there is. */
export function JobHeader({ timeline, now, times, tree, isShort, reads, onSelect }: JobHeaderProps) {
  const created = timeline.eventAt(1)
  if (created?.type !== 'job.created') return null
  const { payload, actor, redactions } = created
  const { state } = timeline
  const verdict = verdictOf(timeline, now)
  const why = whyOf(timeline, tree, now)
  const runner = runnerOf(timeline)
  return (
    <div className={styles.header} data-short={isShort}>
      <div className={styles.top}>
        <div className={styles.heading}>
          <h1 className={styles.title}>
            <StatusGlyph status={stateGlyph[state]} size={18} />
            <span className="visuallyHidden">{stateWords[state]}: </span>
            {visibleText(payload.title ?? payload.action)}
          </h1>
          <p className={state === 'failed' ? styles.failure : styles.verdict}>
            {verdict.text}
            {verdict.causeSeq !== null && !why.some(({ seq }) => seq === verdict.causeSeq) && (
              <button type="button" className={styles.cause} onClick={() => onSelect(verdict.causeSeq ?? 1)}>
                #{verdict.causeSeq}
              </button>
            )}
          </p>
        </div>
        <div className={styles.rest}>
          <Totals view={timeline.view} />
        </div>
      </div>
      {why.length > 0 && (
        <div className={styles.whys}>
          {why.map((one) => (
            <WhyLine key={one.seq} why={one} reads={reads} onSelect={onSelect} />
          ))}
        </div>
      )}
      <div className={styles.meta}>
        <code>{visibleText(payload.action)}</code>
        <span title={actor.userId}>
          {visibleText(actor.name ?? actor.userId)}
          {actor.kind !== 'user' && ` (${actor.kind})`}
        </span>
        {times}
        {timeline.view.shape.attempt > 1 && <span>attempt {timeline.view.shape.attempt}</span>}
        {runner && <span>on {visibleText(runner)}</span>}
        <span className={styles.id}>
          <code>{timeline.jobId}</code>
          <CopyButton label="Copy the job's id" text={timeline.jobId} />
        </span>
        {Object.entries(payload.labels ?? {}).map(([name, value]) => (
          <span key={name} className={styles.label}>
            {visibleText(name)}: {visibleText(value)}
          </span>
        ))}
        <Inputs inputs={payload.inputs} redactions={redactions} onOpen={() => onSelect(1)} />
      </div>
    </div>
  )
}

/** Where the newest attempt runs. */
function runnerOf(timeline: JobRead): string | null {
  const attempt = timeline.structure.attempts.at(-1)
  const event = attempt?.startedSeq ? timeline.eventAt(attempt.startedSeq) : null
  return event?.type === 'job.started' ? (event.payload.runner ?? null) : null
}
