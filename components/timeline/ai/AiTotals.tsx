import { memo } from 'react'
import { countOf, formatCompact, formatCount } from '#components/format/count.ts'
import { formatDuration } from '#components/format/time.ts'
import { costWords } from '#components/timeline/ai/costWords.ts'
import { addCosts } from '#components/timeline/ai/phases.ts'
import type { AiSession } from '#components/timeline/ai/sessions.ts'
import { TokenBar } from '#components/timeline/ai/TokenBar.tsx'
import { TokenSwatch } from '#components/timeline/ai/TokenSwatch.tsx'
import { addTokens, contextOf, noTokens, tokenPartNames, tokenPartOrder } from '#components/timeline/ai/tokenParts.ts'
import { moneyText } from '#components/timeline/layout/money.ts'
import { addDecimals } from '#domain/job/decimal.ts'
import styles from './AiTotals.module.css'

/** The sums over all sessions, which are also the legend of every bar below. The list is another one when it changed. */
export const AiTotals = memo(function AiTotals({ sessions }: { sessions: readonly AiSession[] }) {
  const tokens = sessions.reduce((sum, session) => addTokens(sum, session.tokens), noTokens)
  const add = (pick: (session: AiSession) => number) => sessions.reduce((sum, session) => sum + pick(session), 0)
  const calls = add((session) => session.calls.length)
  const tools = add((session) => session.toolCalls)
  const failed = add((session) => session.failedTools)
  const waited = add((session) => session.waitedMs)
  const lost = sessions.flatMap((session) => session.lost ?? [])
  const [lostMs = null, ...lostElse] = lost.length === 0 ? [] : costWords(lost.reduce(addCosts))
  const context = contextOf(tokens)
  const cost: Record<string, string> = {}
  for (const session of sessions) {
    for (const [currency, amount] of Object.entries(session.cost))
      cost[currency] = addDecimals(cost[currency] ?? '0', amount)
  }
  const priced = add((session) => session.calls.filter((call) => call.cost !== null).length)
  return (
    <header className={styles.totals}>
      <dl className={styles.figures}>
        <Figure name="model calls" value={formatCount(calls)} />
        <Figure
          name="tool calls"
          value={formatCount(tools)}
          note={failed > 0 ? `${formatCount(failed)} failed` : null}
        />
        {context > 0 && (
          <Figure name="from cache" value={`${Math.round((tokens.read / context) * 100)} %`} note="of the input" />
        )}
        {waited > 0 && <Figure name="waited" value={formatDuration(waited)} />}
        {lostMs !== null && (
          <Figure name="in retries and dead ends" value={lostMs} note={lostElse.join(' · ') || null} />
        )}
        {Object.entries(cost).map(([currency, amount]) => (
          <Figure
            key={currency}
            name="estimated cost"
            value={moneyText(amount, currency)}
            note={priced < calls ? `for ${formatCount(priced)} of ${countOf(calls, 'call')}` : null}
          />
        ))}
      </dl>
      {calls > 0 && (
        <div className={styles.split}>
          <TokenBar tokens={tokens} />
          <ul className={styles.legend}>
            {tokenPartOrder.map((part) => (
              <li key={part} title={`${formatCount(tokens[part])} tokens`}>
                <TokenSwatch part={part} />
                {tokenPartNames[part]} <b>{formatCompact(tokens[part])}</b>
              </li>
            ))}
          </ul>
        </div>
      )}
    </header>
  )
})

function Figure({ name, value, note = null }: { name: string; value: string; note?: string | null }) {
  return (
    <div className={styles.figure}>
      <dt>{name}</dt>
      <dd>
        {value}
        {note !== null && <span className={styles.note}>{note}</span>}
      </dd>
    </div>
  )
}
