/** Something the palette offers. */
export type PaletteEntry = {
  id: string
  /** what kind of thing it is: "View", "Step" */
  group: string
  label: string
  keys: readonly string[]
  run: () => void
}

/**
 * The entries that hold every word of a query, the closest first: those whose label begins with it, then those in which
 * all words begin a word, then the rest, each in its old order.
 */
export function rankEntries(entries: readonly PaletteEntry[], query: string): PaletteEntry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return [...entries]
  const ranked = entries.flatMap((entry) => {
    const rank = rankOf(`${entry.label} ${entry.group}`.toLowerCase(), words)
    return rank === null ? [] : [{ entry, rank }]
  })
  return ranked.sort((a, b) => a.rank - b.rank).map(({ entry }) => entry)
}

function rankOf(text: string, words: string[]): number | null {
  if (!words.every((word) => text.includes(word))) return null
  if (text.startsWith(words.join(' '))) return 0
  return words.every((word) => text.startsWith(word) || text.includes(` ${word}`)) ? 1 : 2
}
