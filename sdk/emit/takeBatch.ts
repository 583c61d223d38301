/** How many of the queue's first items fit one request; at least one. */
export function countBatch(
  queue: readonly { bytes: number }[],
  most: { events: number; bytes: number },
): { count: number; bytes: number } {
  let count = 0
  let bytes = 0
  for (const item of queue) {
    if (count === most.events || (count > 0 && bytes + item.bytes > most.bytes)) break
    bytes += item.bytes
    count++
  }
  return { count, bytes }
}
