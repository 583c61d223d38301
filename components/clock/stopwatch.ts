/**
 * Starts measuring. The returned function tells the milliseconds since then by whichever clock saw more pass: the steady
 * one stands still while the machine sleeps, the other can be set back.
 */
export function startStopwatch(): () => number {
  const steady = performance.now()
  const clock = Date.now()
  return () => Math.max(performance.now() - steady, Date.now() - clock)
}
