/** Calls the user's callback. What it throws is its owner's error, and must not stop the events behind it. */
export function tell(callback: () => void): void {
  try {
    callback()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
