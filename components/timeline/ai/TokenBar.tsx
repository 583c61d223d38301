import { sumOfTokens, type TokenParts, tokenPartOrder } from '#components/timeline/ai/tokenParts.ts'
import styles from './TokenBar.module.css'

/**
 * The parts of some tokens side by side. Says nothing that is not written beside it.
 *
 * @param of how many tokens the whole width stands for, so that bars of one list compare; the tokens themselves if left out
 */
export function TokenBar({ tokens, of }: { tokens: TokenParts; of?: number }) {
  const sum = sumOfTokens(tokens)
  const rest = of === undefined ? 0 : Math.max(0, of - sum)
  return (
    <span className={styles.bar} aria-hidden="true">
      {tokenPartOrder.map((part) =>
        tokens[part] === 0 ? null : <span key={part} className={styles[part]} style={{ flexGrow: tokens[part] }} />,
      )}
      {rest > 0 && <span className={styles.rest} style={{ flexGrow: rest }} />}
    </span>
  )
}
