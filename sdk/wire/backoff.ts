/**
 * How long to wait after the n-th failure in a row (1 for the first), in milliseconds: doubling, give or take half, so
 * that clients which lost the same server do not come back in step.
 *
 * @param atLeastMs what the server asked for (Retry-After, `retry:`); never undercut
 */
export function backoff(
  failures: number,
  { firstMs, mostMs, atLeastMs = 0 }: { firstMs: number; mostMs: number; atLeastMs?: number },
  random: () => number = Math.random,
): number {
  const base = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 30))
  return Math.max(atLeastMs, 0) + base * (0.5 + random()) * (atLeastMs > 0 ? 0.25 : 1)
}
