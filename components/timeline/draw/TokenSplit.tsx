import { formatCount } from '#components/format/count.ts'
import { TokenBar } from '#components/timeline/ai/TokenBar.tsx'
import { TokenSwatch } from '#components/timeline/ai/TokenSwatch.tsx'
import { tokenPartNames, tokenPartOrder, tokenParts } from '#components/timeline/ai/tokenParts.ts'
import type { PayloadOf } from '#domain/events/catalogue.ts'
import styles from './TokenSplit.module.css'

/** What the tokens of one call were: a bar of the parts, and each by name and number. */
export function TokenSplit({ payload }: { payload: PayloadOf<'ai.tokens_used'> }) {
  const tokens = tokenParts(payload)
  return (
    <figure className={styles.split}>
      <TokenBar tokens={tokens} />
      <ul className={styles.legend}>
        {tokenPartOrder.map((part) =>
          tokens[part] === 0 ? null : (
            <li key={part}>
              <TokenSwatch part={part} />
              {tokenPartNames[part]} <b>{formatCount(tokens[part])}</b>
            </li>
          ),
        )}
      </ul>
    </figure>
  )
}
