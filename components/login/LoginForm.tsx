'use client'

import { useSearchParams } from 'next/navigation'
import { type FormEvent, useCallback, useEffect, useState } from 'react'
import { changeLogin } from '#components/login/loginMark.ts'
import { safeNext } from '#components/login/safeNext.ts'
import { BrandMark } from '#components/shell/BrandMark.tsx'
import type { Problem } from '#domain/job/served.ts'
import styles from './LoginForm.module.css'

type Credential = { key: string } | { token: string }

/** Exchanges an API key, or the one-time token in the address' fragment, for a session. */
export function LoginForm() {
  const next = safeNext(useSearchParams().get('next'))
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, setIsBusy] = useState(false)

  const signIn = useCallback(
    async (credential: Credential): Promise<void> => {
      setIsBusy(true)
      setProblem(null)
      const refused = await openSession(credential)
      if (refused === null) return window.location.replace(next)
      setProblem(refused)
      setIsBusy(false)
    },
    [next],
  )

  useEffect(() => {
    const token = window.location.hash.slice(1)
    if (token === '') return
    // A token left in the address bar ends up in history and in screenshots.
    window.history.replaceState(null, '', window.location.pathname + window.location.search)
    void signIn({ token })
  }, [signIn])

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const key = String(new FormData(event.currentTarget).get('key') ?? '').trim()
    if (key === '') setProblem('Enter a key. It starts with wb_.')
    else void signIn({ key })
  }

  return (
    <main className={styles.page}>
      <form className={styles.box} onSubmit={onSubmit} noValidate>
        <div className={styles.brand}>
          <BrandMark size={28} />
          <h1 className={styles.title}>Sign in to Waybill</h1>
        </div>
        <div className={styles.field}>
          <label htmlFor="key">API key</label>
          <input
            id="key"
            name="key"
            type="password"
            className={styles.input}
            placeholder="wb_…"
            autoComplete="current-password"
            spellCheck={false}
            aria-invalid={problem !== null}
            aria-describedby={problem === null ? 'where' : 'problem'}
          />
        </div>
        {problem !== null && (
          <p id="problem" role="alert" className={styles.problem}>
            {problem}
          </p>
        )}
        <button type="submit" className={styles.submit} disabled={isBusy}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </button>
        <p id="where" className={styles.hint}>
          <code>npm start</code> prints a one-time link. The first key is kept in <code>.waybill/key</code>.
        </p>
      </form>
    </main>
  )
}

/** @returns null, or why not */
async function openSession(credential: Credential): Promise<string | null> {
  try {
    const response = await fetch('/api/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credential),
    })
    if (response.ok) {
      changeLogin()
      return null
    }
    const problem: Partial<Problem> = await response.json().catch(() => ({}))
    return problem.detail ?? `The server answered ${response.status}.`
  } catch {
    return 'The server cannot be reached. Is it running?'
  }
}
