import { formatCount } from '#components/format/count.ts'
import { moneyText } from '#components/timeline/layout/money.ts'
import type { GateView, JobView } from '#domain/job/replay.ts'
import styles from './Totals.module.css'

/** Exact sums; zero is left out. */
export function Totals({ view }: { view: JobView }) {
  const { totals, steps, gates } = view
  const tokens = totals.inputTokens + totals.outputTokens
  const counts: [string, number][] = [
    ['event', totals.events],
    ['line', totals.outputLines],
    ['step', steps.size],
    ['tool call', totals.toolCalls],
    ['token', tokens],
    ['artifact', totals.artifacts],
  ]
  return (
    <dl className={styles.totals}>
      {counts.map(([name, count]) =>
        count === 0 && name !== 'event' ? null : (
          <div key={name}>
            <dt>{count === 1 ? name : `${name}s`}</dt>
            <dd>{formatCount(count)}</dd>
          </div>
        ),
      )}
      {Object.entries(totals.cost).map(([currency, amount]) => (
        <div key={currency} title={`${amount} ${currency}`}>
          <dt>cost</dt>
          <dd>{moneyText(amount, currency)}</dd>
        </div>
      ))}
      {gates.size > 0 && (
        <div>
          <dt>{gates.size === 1 ? 'gate' : 'gates'}</dt>
          <dd className={styles.gates}>
            <GateMarks gates={[...gates.values()]} />
          </dd>
        </div>
      )}
    </dl>
  )
}

const shownGates = 8

function GateMarks({ gates }: { gates: GateView[] }) {
  const failed = gates.filter((gate) => gate.passed === false).length
  const passed = gates.filter((gate) => gate.passed === true).length
  const words = `${passed} passed, ${failed} failed, ${gates.length - passed - failed} open`
  return (
    <>
      <span className="visuallyHidden">{words}</span>
      <span aria-hidden="true" title={words}>
        {gates.slice(-shownGates).map((gate) => (
          <span
            key={gate.startedSeq}
            className={gate.passed === null ? styles.open : gate.passed ? styles.passed : styles.failed}
          >
            {gate.passed === null ? '◇' : gate.passed ? '✓' : '✗'}
          </span>
        ))}
      </span>
    </>
  )
}
