import { countOf, formatCompact, formatCount } from '#components/format/count.ts'
import { formatDuration } from '#components/format/time.ts'
import { KindGlyph } from '#components/glyphs/KindGlyph.tsx'
import { StatusGlyph } from '#components/glyphs/StatusGlyph.tsx'
import { ArtifactCard } from '#components/timeline/ai/ArtifactCard.tsx'
import type { ModelCall } from '#components/timeline/ai/aiItems.ts'
import type { AiRow } from '#components/timeline/ai/aiRow.ts'
import { Disclose } from '#components/timeline/ai/Disclose.tsx'
import { Moment } from '#components/timeline/ai/Moment.tsx'
import { PhaseRow } from '#components/timeline/ai/PhaseRow.tsx'
import { SessionHead } from '#components/timeline/ai/SessionHead.tsx'
import { TokenBar } from '#components/timeline/ai/TokenBar.tsx'
import { ToolDetail } from '#components/timeline/ai/ToolDetail.tsx'
import { contextOf } from '#components/timeline/ai/tokenParts.ts'
import type { ToolCall } from '#components/timeline/ai/toolCalls.ts'
import type { Wait } from '#components/timeline/ai/waits.ts'
import { moneyText } from '#components/timeline/layout/money.ts'
import type { Event } from '#domain/events/envelope.ts'
import styles from './AiRow.module.css'

type AiRowViewProps = {
  row: AiRow
  origin: number
  selectedSeq: number | null
  /** keys of what was opened, closed or compared */
  toggled: ReadonlySet<string>
  loadEvent: (seq: number) => Promise<Event | null>
  onSelect: (seq: number) => void
  onToggle: (key: string) => void
}

export function AiRowView(props: AiRowViewProps) {
  const { row, origin, onSelect, onToggle } = props
  switch (row.kind) {
    case 'session':
      return (
        <SessionHead
          session={row.session}
          isOpen={row.isOpen}
          selectedSeq={props.selectedSeq}
          onSelect={onSelect}
          onToggle={() => onToggle(row.key)}
        />
      )
    case 'phase':
      return (
        <PhaseRow
          phase={row.phase}
          isOpen={row.isOpen}
          origin={origin}
          onSelect={onSelect}
          onToggle={() => onToggle(row.key)}
        />
      )
    case 'call':
      return <CallRow row={row} origin={origin} onSelect={onSelect} />
    case 'tool':
      return <ToolRow row={row} origin={origin} onSelect={onSelect} onToggle={onToggle} />
    case 'fold':
      return <FoldRow row={row} origin={origin} onSelect={onSelect} onToggle={onToggle} />
    case 'detail':
      return (
        <ToolDetail
          call={row.call}
          isComparing={props.toggled.has(`compare:${row.call.seq}`)}
          loadEvent={props.loadEvent}
          onCompare={() => onToggle(`compare:${row.call.seq}`)}
          onSelect={onSelect}
        />
      )
    case 'wait':
      return <WaitRow wait={row.wait} origin={origin} onSelect={onSelect} />
    case 'artifact':
      return <ArtifactCard artifact={row.artifact} origin={origin} onSelect={onSelect} />
  }
}

type RowProps<Kind extends AiRow['kind']> = Pick<AiRowViewProps, 'origin' | 'onSelect'> & {
  row: Extract<AiRow, { kind: Kind }>
}

function CallRow({ row, origin, onSelect }: RowProps<'call'>) {
  const { call, session } = row
  const context = contextOf(call.tokens)
  const cached = context === 0 ? 0 : Math.round((call.tokens.read / context) * 100)
  return (
    <button type="button" tabIndex={-1} className={styles.row} onClick={() => onSelect(call.seq)}>
      <Moment at={call.at - origin} />
      <KindGlyph kind="tokens" />
      <span className={styles.name} title={call.provider}>
        {call.model}
      </span>
      <span className={styles.bar}>
        <TokenBar tokens={call.tokens} of={session.mostTokens} />
      </span>
      <span className={styles.figures}>
        <span className={styles.figure} title={`${formatCount(context)} tokens of input`}>
          {formatCompact(context)} in
        </span>
        <span className={styles.cached}>{cached} % cached</span>
        <span className={styles.figure} title={`${formatCount(outOf(call.tokens))} tokens of output`}>
          {formatCompact(outOf(call.tokens))} out
        </span>
        {call.cost && <Cost call={call} cost={call.cost} />}
      </span>
    </button>
  )
}

function Cost({ cost }: { call: ModelCall; cost: { amount: string; currency: string } }) {
  return (
    <span className={styles.cost} title="As the emitter estimated it">
      est. {moneyText(cost.amount, cost.currency)}
    </span>
  )
}

function outOf(tokens: ModelCall['tokens']): number {
  return tokens.output + tokens.reasoning
}

function ToolRow({ row, origin, onSelect, onToggle }: RowProps<'tool'> & Pick<AiRowViewProps, 'onToggle'>) {
  const { call, isInFold, isOpen } = row
  return (
    <div className={isInFold ? styles.inFold : styles.line}>
      <button type="button" tabIndex={-1} className={styles.row} onClick={() => onSelect(call.seq)}>
        <Moment at={call.from - origin} />
        <KindGlyph kind="tool" />
        <span className={styles.name}>{call.tool}</span>
        <span className={styles.note}>
          <code>{call.subject}</code>
          <span className={call.error === null ? styles.retry : styles.error}>{noteOf(call)}</span>
        </span>
        <span className={styles.figures}>
          {call.durationMs !== null && <span>{formatDuration(call.durationMs)}</span>}
          {call.error !== null && <Failed />}
        </span>
      </button>
      <Disclose isOpen={isOpen} label={`Arguments and result of ${call.tool}`} onClick={() => onToggle(row.key)} />
    </div>
  )
}

function noteOf(call: ToolCall): string {
  if (call.error !== null) return call.retryOf === null ? call.error : `again, as in #${call.retryOf}: ${call.error}`
  if (call.retryOf !== null) return `tried again after #${call.retryOf}`
  const { comparison } = call
  const isOther = comparison?.has === 'same arguments' && comparison.isOtherResult
  return isOther ? `another result than #${comparison.seq}` : ''
}

function FoldRow({ row, origin, onSelect, onToggle }: RowProps<'fold'> & Pick<AiRowViewProps, 'onToggle'>) {
  const { calls, failed, ms, isOpen } = row
  const [first] = calls
  if (!first) return null
  return (
    <div className={styles.line}>
      <button type="button" tabIndex={-1} className={styles.row} onClick={() => onSelect(first.seq)}>
        <Moment at={first.from - origin} />
        <KindGlyph kind="tool" />
        <span className={styles.name}>
          {first.tool} <span className={styles.times}>×{formatCount(calls.length)}</span>
        </span>
        <span className={styles.note}>
          <code>{first.subject === '' ? '' : `${first.subject} …`}</code>
          {failed > 0 && <span className={styles.error}>{formatCount(failed)} failed</span>}
        </span>
        <span className={styles.figures}>
          {ms > 0 && <span>{formatDuration(ms)}</span>}
          {failed > 0 && <Failed />}
        </span>
      </button>
      <Disclose isOpen={isOpen} label={countOf(calls.length, `${first.tool} call`)} onClick={() => onToggle(row.key)} />
    </div>
  )
}

function WaitRow({ wait, origin, onSelect }: { wait: Wait } & Pick<AiRowViewProps, 'origin' | 'onSelect'>) {
  const { gate } = wait
  const words = gate ? (gate.isApproval ? 'Waited for a decision on' : 'Waited for gate') : 'Nothing was recorded'
  return (
    <div className={styles.wait}>
      <Moment at={wait.from - origin} />
      <span className={styles.hatch} aria-hidden="true" />
      <span>
        {words}
        {gate && (
          <button type="button" tabIndex={-1} className={styles.link} onClick={() => onSelect(gate.seq)}>
            {gate.name}
          </button>
        )}
      </span>
      <b>{formatDuration(wait.ms)}</b>
      <span className={styles.hatch} aria-hidden="true" />
    </div>
  )
}

function Failed() {
  return (
    <span className={styles.failed}>
      <StatusGlyph status="failure" size={13} />
      <span className="visuallyHidden">failed</span>
    </span>
  )
}
