/**
 * Milliseconds since the epoch as this machine's clock had it when the page was opened, counted on from there. Setting the
 * clock while the page is open does not move it: a count-down must not become an hour long.
 */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now()
}
