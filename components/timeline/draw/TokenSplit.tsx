import { formatCount } from '#components/format/count.ts'
import type { PayloadOf } from '#domain/events/catalogue.ts'
import styles from './TokenSplit.module.css'

/**
 * What the tokens of one call were. The cache counts are parts of the input, reasoning is a part of the output
 * (OpenTelemetry GenAI), so the parts add up to input plus output.
 */
export function TokenSplit({ payload }: { payload: PayloadOf<'ai.tokens_used'> }) {
  const {
    inputTokens,
    outputTokens,
    cacheReadInputTokens = 0,
    cacheCreationInputTokens = 0,
    reasoningOutputTokens = 0,
  } = payload
  const parts = [
    {
      name: 'fresh input',
      count: Math.max(0, inputTokens - cacheReadInputTokens - cacheCreationInputTokens),
      style: styles.fresh,
    },
    { name: 'cache read', count: cacheReadInputTokens, style: styles.read },
    { name: 'cache write', count: cacheCreationInputTokens, style: styles.write },
    { name: 'reasoning', count: reasoningOutputTokens, style: styles.reasoning },
    { name: 'output', count: Math.max(0, outputTokens - reasoningOutputTokens), style: styles.output },
  ].filter((part) => part.count > 0)
  return (
    <figure className={styles.split}>
      <div className={styles.bar} aria-hidden="true">
        {parts.map((part) => (
          <span key={part.name} className={part.style} style={{ flexGrow: part.count }} />
        ))}
      </div>
      <ul className={styles.legend}>
        {parts.map((part) => (
          <li key={part.name}>
            <span className={part.style} />
            {part.name} <b>{formatCount(part.count)}</b>
          </li>
        ))}
      </ul>
    </figure>
  )
}
