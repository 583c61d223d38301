import styles from './PageSkeleton.module.css'

/** The frame of a page while its code is on its way. */
export function PageSkeleton() {
  return (
    <div className={styles.page} aria-busy="true">
      <div className={styles.bar} />
      <p className="visuallyHidden">Loading</p>
    </div>
  )
}
