import { useEffect, useRef } from 'react'
import { bindingGroups, type KeyBinding } from '#components/keys/binding.ts'
import { KeyCaps } from '#components/keys/KeyCaps.tsx'
import styles from './KeySheet.module.css'

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
        {bindingGroups
          .filter((group) => bindings.some((binding) => binding.group === group))
          .map((group) => (
            <section key={group}>
              <h3 className={styles.group}>{group}</h3>
              <ul>
                {bindings
                  .filter((binding) => binding.group === group)
                  .map((binding) => (
                    <li key={binding.label} className={styles.binding}>
                      <span>{binding.label}</span>
                      <KeyCaps keys={binding.keys} />
                    </li>
                  ))}
              </ul>
            </section>
          ))}
      </div>
    </dialog>
  )
}
