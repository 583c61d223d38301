import { commonItems } from '#components/timeline/ai/diff/commonItems.ts'

/** A run of items that are in both lists, in the first alone or in the second alone. */
export type Edit = { op: 'same' | 'removed' | 'added'; items: string[] }

/** Comparisons after which two lists count as wholly different: some tens of milliseconds. */
export const mostComparisons = 2_000_000

/**
 * What has to be removed and added to make one list from another, in as few items as possible. Its `same` and `removed`
 * runs are the first list, its `same` and `added` runs the second; where both change, what is removed comes first. What
 * lies between an equal beginning and an equal end is told as replaced whole if more would take over `most` comparisons.
 */
export function editScript(before: readonly string[], after: readonly string[], most = mostComparisons): Edit[] {
  let start = 0
  const shorter = Math.min(before.length, after.length)
  while (start < shorter && before[start] === after[start]) start++
  let end = 0
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++

  const from = before.slice(start, before.length - end)
  const to = after.slice(start, after.length - end)
  const edits: Edit[] = []
  put(edits, 'same', before.slice(0, start))
  let x = 0
  let y = 0
  for (const [commonX, commonY] of commonItems(from, to, most) ?? []) {
    put(edits, 'removed', from.slice(x, commonX))
    put(edits, 'added', to.slice(y, commonY))
    put(edits, 'same', from.slice(commonX, commonX + 1))
    x = commonX + 1
    y = commonY + 1
  }
  put(edits, 'removed', from.slice(x))
  put(edits, 'added', to.slice(y))
  put(edits, 'same', before.slice(before.length - end))
  return edits
}

function put(edits: Edit[], op: Edit['op'], items: readonly string[]): void {
  if (items.length === 0) return
  const last = edits.at(-1)
  if (last?.op !== op) edits.push({ op, items: [...items] })
  // one by one: a call with a hundred thousand arguments overflows the stack
  else for (const item of items) last.items.push(item)
}
