import { CopyButton } from '#components/copy/CopyButton.tsx'
import styles from './Snippet.module.css'

/** A command to be copied whole. */
export function Snippet({ label, code }: { label: string; code: string }) {
  return (
    <figure className={styles.snippet}>
      <figcaption className={styles.caption}>
        {label}
        <CopyButton label={`Copy: ${label}`} text={code} />
      </figcaption>
      <pre className={styles.code}>{code}</pre>
    </figure>
  )
}
