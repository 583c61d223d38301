import styles from './AiRow.module.css'

/** Opens and closes what lies under a row. */
export function Disclose({ isOpen, label, onClick }: { isOpen: boolean; label: string; onClick: () => void }) {
  return (
    <button type="button" className={styles.disclose} aria-expanded={isOpen} aria-label={label} onClick={onClick}>
      <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
        <path
          d="m2 3.500 3 3.500 3-3.500"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.500"
          strokeLinecap="round"
        />
      </svg>
    </button>
  )
}
