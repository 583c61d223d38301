import type { TokenParts } from '#components/timeline/ai/tokenParts.ts'
import styles from './TokenBar.module.css'

export function TokenSwatch({ part }: { part: keyof TokenParts }) {
  return <span className={`${styles.swatch} ${styles[part]}`} aria-hidden="true" />
}
