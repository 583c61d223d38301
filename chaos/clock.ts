/** The moment, in milliseconds, on the one clock of this process by which evidence is compared. */
export function now(): number {
  return performance.now()
}
