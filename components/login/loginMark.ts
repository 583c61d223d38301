const key = 'waybill:login'

/**
 * Which login of this browser the page belongs to; '' if it is not known. The session itself is kept from scripts: this
 * only tells one login from another.
 */
export function loginMark(): string {
  return withStorage((storage) => storage.getItem(key)) ?? ''
}

/** To be called when a login begins or ends: all tabs hear of it. */
export function changeLogin(): void {
  withStorage((storage) => storage.setItem(key, Math.random().toString(36).slice(2)))
}

/** Tells when another tab's login began or ended. @returns ends listening */
export function listenForLogin(onChange: () => void): () => void {
  const hear = (event: StorageEvent) => {
    if (event.key === key) onChange()
  }
  window.addEventListener('storage', hear)
  return () => window.removeEventListener('storage', hear)
}

/** A browser that is told to keep nothing throws at the mention of its storage. */
function withStorage<T>(use: (storage: Storage) => T): T | null {
  try {
    return use(window.localStorage)
  } catch {
    return null
  }
}
