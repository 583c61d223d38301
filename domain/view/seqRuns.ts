/**
 * A set of ascending seqs as runs: first, last, first, last … Flat, because its JSON is kept in the database, where
 * neighbours are the rule.
 */
export type SeqRuns = readonly number[]

/** Adds a seq that is greater than all that are there, in place. */
export function addToRuns(runs: number[], seq: number): void {
  if (runs.length > 0 && runs[runs.length - 1] === seq - 1) runs[runs.length - 1] = seq
  else runs.push(seq, seq)
}

/** The runs as pairs. */
export function* pairsOf(runs: SeqRuns): Generator<[first: number, last: number]> {
  for (let at = 0; at < runs.length; at += 2) yield [runs[at] ?? 0, runs[at + 1] ?? 0]
}

/** Runs that hold what either of two sets holds. */
export function joinRuns(a: SeqRuns, b: SeqRuns): number[] {
  const joined: number[] = []
  for (const [first, last] of [...pairsOf(a), ...pairsOf(b)].sort((left, right) => left[0] - right[0])) {
    const end = joined.at(-1)
    if (end !== undefined && first <= end + 1) joined[joined.length - 1] = Math.max(end, last)
    else joined.push(first, last)
  }
  return joined
}

/** The first seqs after `after`, at most so many. */
export function takeRuns(runs: SeqRuns, after: number, most: number): number[] {
  const taken: number[] = []
  let left = most
  for (const [first, last] of pairsOf(runs)) {
    const from = Math.max(first, after + 1)
    if (from > last) continue
    if (left <= 0) break
    const to = Math.min(last, from + left - 1)
    taken.push(from, to)
    left -= to - from + 1
  }
  return taken
}
