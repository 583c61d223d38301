import { useEffect, useRef } from 'react'
import type { KeyBinding } from '#components/timeline/draw/useKeys.ts'
import styles from './KeySheet.module.css'

const groups: KeyBinding['group'][] = ['Move', 'Jump', 'Time', 'Live', 'Share', 'View', 'Anywhere']

const names: Record<string, string> = {
  ' ': 'Space',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
}

/** Every key of the page, from the same table that runs them. */
export function KeySheet({ bindings, onClose }: { bindings: KeyBinding[]; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} className={styles.sheet} aria-labelledby="keys-title" onClose={onClose}>
      <header className={styles.header}>
        <h2 id="keys-title">Keyboard</h2>
        <button type="button" className={styles.close} onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <div className={styles.groups}>
        {groups.map((group) => (
          <section key={group}>
            <h3 className={styles.group}>{group}</h3>
            <ul>
              {bindings
                .filter((binding) => binding.group === group)
                .map((binding) => (
                  <li key={binding.label} className={styles.binding}>
                    <span>{binding.label}</span>
                    <span className={styles.keys}>
                      {binding.keys.map((key) => (
                        <kbd key={key}>{names[key] ?? key}</kbd>
                      ))}
                    </span>
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </div>
    </dialog>
  )
}
