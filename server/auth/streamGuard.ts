import { WaybillError } from '#domain/errors.ts'
import type { Credential } from '#server/auth/credential.ts'

/** Streams of one process. Beyond it sockets and memory run out for everybody, those who record included. */
export const MAX_STREAMS = 10_000

export type StreamGuard = {
  /** @throws WaybillError TOO_MANY_STREAMS */
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
  maxStreams?: number
  /** Rejects when it cannot tell. */
  isValid(credential: Credential): Promise<boolean>
}): StreamGuard {
  const { maxStreams = MAX_STREAMS } = options
  const watched = new Map<string, Watched>()
  let open = 0
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
      if (open >= maxStreams) {
        throw new WaybillError(
          'TOO_MANY_STREAMS',
          `This server has ${maxStreams} streams open, the most it serves; close some or ask another server.`,
        )
      }
      open++
      const controller = new AbortController()
      const entry = watched.get(credential.mark) ?? { credential, controllers: new Set() }
      entry.controllers.add(controller)
      if (watched.size === 0) schedule()
      watched.set(credential.mark, entry)
      return {
        signal: controller.signal,
        release: () => {
          if (!entry.controllers.delete(controller)) return
          open--
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
