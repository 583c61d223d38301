/** The square of it is what has to be remembered for the way back. */
const mostEdits = 1_000

/**
 * Positions of equal items in two lists, ascending in both, as many as there can be (Myers 1986, "An O(ND) Difference
 * Algorithm and Its Variations"); null if finding them takes more than `most` comparisons.
 */
export function commonItems(a: readonly string[], b: readonly string[], most: number): [number, number][] | null {
  const limit = Math.min(mostEdits, a.length + b.length)
  // how far each diagonal x − y was followed; one more on either side is read, never followed
  const furthest = new Int32Array(2 * limit + 3)
  const trail: Int32Array[] = []
  let comparisons = 0
  for (let edits = 0; edits <= limit; edits++) {
    trail.push(furthest.slice(limit - edits, limit + edits + 3))
    for (let k = -edits; k <= edits; k += 2) {
      let { x } = entryOf(furthest, limit + 1, { edits, k })
      const entered = x
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      comparisons += x - entered + 1
      if (comparisons > most) return null
      furthest[limit + 1 + k] = x
      if (x >= a.length && x - k >= b.length) return wayBack(trail, a.length, b.length)
    }
  }
  return null
}

/** Where a diagonal is entered with the last of some edits: after an item of `b` was added, or one of `a` removed. */
function entryOf(furthest: Int32Array, zero: number, { edits, k }: { edits: number; k: number }) {
  if (edits === 0) return { x: 0, isAdded: false }
  const added = furthest[zero + k + 1] ?? 0
  const removed = (furthest[zero + k - 1] ?? 0) + 1
  const isAdded = k === -edits || (k !== edits && removed <= added)
  return { x: isAdded ? added : removed, isAdded }
}

function wayBack(trail: readonly Int32Array[], lengthA: number, lengthB: number): [number, number][] {
  const common: [number, number][] = []
  let x = lengthA
  let y = lengthB
  for (let edits = trail.length - 1; edits >= 0; edits--) {
    const furthest = trail[edits] ?? new Int32Array()
    const entry = entryOf(furthest, edits + 1, { edits, k: x - y })
    while (x > entry.x) common.push([--x, --y])
    if (entry.isAdded) y--
    else x--
  }
  return common.reverse()
}
