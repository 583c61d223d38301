import type { Credential } from '#server/auth/credential.ts'

export type StreamGuard = {
  watch(credential: Credential): { signal: AbortSignal; release(): void }
  close(): void
}

type Watched = { credential: Credential; controllers: Set<AbortController> }

/**
 * Asks again and again whether the credentials of open streams still hold: a stream is authenticated once and would
 * otherwise outlive its key by days. A thousand streams of one key are one question.
 */
export function createStreamGuard(options: {
  intervalMs: number
  /** Rejects when it cannot tell. */
  isValid(credential: Credential): Promise<boolean>
}): StreamGuard {
  const watched = new Map<string, Watched>()
  let timer: NodeJS.Timeout | undefined

  async function checkAll(): Promise<void> {
    for (const entry of [...watched.values()]) {
      // While the database is lost nobody can be told apart; streams stay until it can answer.
      const valid = await options.isValid(entry.credential).catch(() => true)
      if (!valid) for (const controller of entry.controllers) controller.abort()
    }
    if (watched.size > 0) schedule()
  }

  // One after the other, never overlapping: a slow database must not pile up questions.
  function schedule(): void {
    timer = setTimeout(() => void checkAll(), options.intervalMs)
    timer.unref()
  }

  return {
    watch(credential) {
      const controller = new AbortController()
      const entry = watched.get(credential.mark) ?? { credential, controllers: new Set() }
      entry.controllers.add(controller)
      if (watched.size === 0) schedule()
      watched.set(credential.mark, entry)
      return {
        signal: controller.signal,
        release: () => {
          entry.controllers.delete(controller)
          if (entry.controllers.size === 0 && watched.get(credential.mark) === entry) watched.delete(credential.mark)
          if (watched.size === 0) clearTimeout(timer)
        },
      }
    },
    close() {
      clearTimeout(timer)
      watched.clear()
    },
  }
}
