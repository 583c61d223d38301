import { CopyButton } from '#components/copy/CopyButton.tsx'
import { formatBytes, formatCount } from '#components/format/count.ts'
import { formatOffset } from '#components/format/time.ts'
import { KindGlyph } from '#components/glyphs/KindGlyph.tsx'
import type { Artifact } from '#components/timeline/ai/artifacts.ts'
import styles from './ArtifactCard.module.css'

type ArtifactCardProps = { artifact: Artifact; origin: number; onSelect: (seq: number) => void }

/** An artifact: what it is, its digest, who made it and which gates decided on it. */
export function ArtifactCard({ artifact, origin, onSelect }: ArtifactCardProps) {
  const { seq, at, name, mediaType, bytes, sha256, href, maker, gates } = artifact
  return (
    <div className={styles.slot}>
      <span className={styles.moment}>{formatOffset(at - origin)}</span>
      <article className={styles.card}>
        <KindGlyph kind="artifact" />
        <div className={styles.what}>
          <p className={styles.line}>
            <button type="button" className={styles.name} onClick={() => onSelect(seq)}>
              {name}
            </button>
            <span className={styles.quiet} title={`${formatCount(bytes)} bytes`}>
              {formatBytes(bytes)}
            </span>
            <span className={styles.type}>{mediaType}</span>
          </p>
          <p className={styles.line}>
            {sha256 !== null && (
              <span className={styles.digest}>
                <code title={`sha256:${sha256}`}>
                  sha256:{sha256.slice(0, 12)}…{sha256.slice(-4)}
                </code>
                <CopyButton label={`Copy the digest of ${name}`} text={sha256} />
              </span>
            )}
            {maker !== null && <span className={styles.quiet}>by {maker}</span>}
          </p>
        </div>
        {gates.length > 0 && (
          <ul className={styles.gates} aria-label="Gates that decided on it">
            {gates.slice(0, 3).map((gate) => (
              <li key={gate.seq}>
                <button type="button" className={styles.gate} onClick={() => onSelect(gate.seq)}>
                  <KindGlyph kind="gate" failed={gate.passed === false} />
                  {gate.name} {gate.passed === null ? 'open' : gate.passed ? '✓' : '✗'}
                </button>
              </li>
            ))}
          </ul>
        )}
        {href !== null && (
          <a href={href} target="_blank" rel="noreferrer noopener" className={styles.open}>
            Open
          </a>
        )}
      </article>
    </div>
  )
}
