import { countOf, formatCompact, formatCount } from '#components/format/count.ts'
import { formatDuration } from '#components/format/time.ts'
import { StatusGlyph } from '#components/glyphs/StatusGlyph.tsx'
import { ContextChart } from '#components/timeline/ai/ContextChart.tsx'
import { Disclose } from '#components/timeline/ai/Disclose.tsx'
import type { AiSession } from '#components/timeline/ai/sessions.ts'
import { contextOf, sumOfTokens } from '#components/timeline/ai/tokenParts.ts'
import { moneyText } from '#components/timeline/layout/money.ts'
import { statusWords } from '#components/timeline/layout/status.ts'
import styles from './SessionHead.module.css'

type SessionHeadProps = {
  session: AiSession
  isOpen: boolean
  selectedSeq: number | null
  onSelect: (seq: number) => void
  onToggle: () => void
}

/** A session's name, its sums, and its calls side by side. */
export function SessionHead({ session, isOpen, selectedSeq, onSelect, onToggle }: SessionHeadProps) {
  const { name, status, attempt, again, calls, toolCalls, failedTools, cost } = session
  const largest = calls.reduce((so, { tokens }) => Math.max(so, contextOf(tokens)), 0)
  const spent = sumOfTokens(session.tokens)
  const facts = [
    attempt > 1 ? `attempt ${attempt}` : null,
    toolCalls > 0 ? countOf(toolCalls, 'tool call') : null,
    failedTools > 0 ? `${formatCount(failedTools)} failed` : null,
    calls.length > 0 ? countOf(calls.length, 'model call') : null,
    spent > 0 ? `${formatCompact(spent)} ${spent === 1 ? 'token' : 'tokens'}` : null,
    largest > 0 ? `context up to ${formatCompact(largest)}` : null,
    ...Object.entries(cost).map(([currency, amount]) => `est. ${moneyText(amount, currency)}`),
    session.to > session.from ? formatDuration(session.to - session.from) : null,
  ].filter((fact) => fact !== null)
  return (
    <div className={styles.head}>
      <div className={styles.title}>
        {status !== 'plain' && <StatusGlyph status={status} size={14} />}
        <h2>
          <button type="button" className={styles.name} onClick={() => onSelect(session.seq)}>
            {name}
            <span className="visuallyHidden">, {statusWords[status]}</span>
          </button>
        </h2>
        {again && (
          <span className={styles.again}>
            done again in {again.what} {again.number}
          </span>
        )}
        <p className={styles.facts}>
          {facts.map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </p>
      </div>
      <span className={styles.disclose}>
        <Disclose isOpen={isOpen} label={`What happened in ${name}`} onClick={onToggle} />
      </span>
      {isOpen && calls.length > 0 && <ContextChart calls={calls} selectedSeq={selectedSeq} onSelect={onSelect} />}
    </div>
  )
}
