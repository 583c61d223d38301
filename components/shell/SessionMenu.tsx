'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useTRPC } from '#components/api/trpc.ts'
import { changeLogin } from '#components/login/loginMark.ts'
import styles from './SessionMenu.module.css'

/** Who is signed in, for which organisation, and the way out. */
export function SessionMenu() {
  const { data: session } = useQuery(useTRPC().session.get.queryOptions(undefined, { staleTime: 300_000 }))
  if (!session) return <span className={styles.place} />
  return (
    <details className={styles.menu} onToggle={closeOnLeave}>
      <summary className={styles.summary} aria-label={`Signed in as ${session.userId}`}>
        <span className={styles.initial} aria-hidden="true">
          {Array.from(session.userId)[0]?.toUpperCase() ?? '·'}
        </span>
      </summary>
      <div className={styles.panel}>
        <p className={styles.user}>{session.userId}</p>
        <p className={styles.org}>
          {session.orgName} · {session.scopes.join(', ')}
        </p>
        {session.keyName && <p className={styles.org}>Key “{session.keyName}”</p>}
        <Link href="/connect" className={styles.out} prefetch={false}>
          Connect a runner
        </Link>
        <button type="button" className={styles.out} onClick={signOut}>
          Sign out
        </button>
      </div>
    </details>
  )
}

async function signOut(): Promise<void> {
  await fetch('/api/session', { method: 'DELETE' })
  changeLogin()
  window.location.assign('/login')
}

/** A menu that stays open behind the next click covers what the reader wants to see. */
function closeOnLeave(event: React.ToggleEvent<HTMLDetailsElement>): void {
  const menu = event.currentTarget
  if (!menu.open) return
  const close = (cause: Event) => {
    const isKey = cause instanceof KeyboardEvent
    if (isKey ? cause.key !== 'Escape' : menu.contains(cause.target as Node)) return
    menu.open = false
    document.removeEventListener('pointerdown', close)
    document.removeEventListener('keydown', close)
  }
  document.addEventListener('pointerdown', close)
  document.addEventListener('keydown', close)
}
