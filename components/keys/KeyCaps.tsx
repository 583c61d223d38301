import { useEffect, useState } from 'react'
import { keyCaps } from '#components/keys/binding.ts'
import styles from './KeyCaps.module.css'

/** The keys of a binding, each as a cap; those that do the same stand side by side. */
export function KeyCaps({ keys }: { keys: readonly string[] }) {
  const [isMac, setIsMac] = useState(false)
  // only the browser knows its keyboard
  useEffect(() => setIsMac(/mac|iphone|ipad/i.test(navigator.platform)), [])
  return (
    <span className={styles.keys}>
      {keys.map((key) => (
        <span key={key} className={styles.sequence}>
          {keyCaps(key, isMac).map((cap) => (
            <kbd key={cap}>{cap}</kbd>
          ))}
        </span>
      ))}
    </span>
  )
}
