/** A hint that looking now makes sense: the machine is online again, or is not any more; the reader asks. */
export type Nudge = {
  now(): void
  /** @returns ends listening */
  listen(onNudge: () => void): () => void
}

export function createNudge(): Nudge {
  const listeners = new Set<() => void>()
  return {
    now: () => {
      for (const listener of [...listeners]) listener()
    },
    listen: (onNudge) => {
      listeners.add(onNudge)
      return () => listeners.delete(onNudge)
    },
  }
}
