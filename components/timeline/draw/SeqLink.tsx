import styles from './SeqLink.module.css'

/** An event by its number, and the way to it. */
export function SeqLink({ seq, onSelect }: { seq: number; onSelect: (seq: number) => void }) {
  return (
    <button type="button" className={styles.seq} onClick={() => onSelect(seq)}>
      #{seq}
    </button>
  )
}
