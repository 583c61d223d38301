import { type RowWindow, tallest } from '#components/timeline/layout/virtualWindow.ts'

/** Rows of different heights, one under the other. `tops[n]` is where row n begins; the last entry is the whole height. */
export type RowStack = { tops: Float64Array; count: number; height: number }

export function stackOf(heights: readonly number[]): RowStack {
  const tops = new Float64Array(heights.length + 1)
  heights.forEach((height, n) => {
    tops[n + 1] = (tops[n] ?? 0) + height
  })
  return { tops, count: heights.length, height: tops[heights.length] ?? 0 }
}

/** Height of the scrolled content: no more than a browser can lay out. */
export function stackHeight({ height }: RowStack): number {
  return Math.min(tallest, height)
}

/** The rows in view at a scroll position, and `overscan` pixels more on each side. */
export function stackWindow(stack: RowStack, viewport: number, scrollTop: number, overscan = 200): RowWindow {
  const shown = Math.min(Math.max(0, scrollTop), Math.max(0, stackHeight(stack) - viewport))
  const from = shown * stretch(stack, viewport)
  const first = rowAt(stack, from - overscan)
  const end = Math.min(stack.count, rowAt(stack, from + viewport + overscan) + 1)
  return { first, end, top: shown - (from - (stack.tops[first] ?? 0)) }
}

/** The scroll position that brings a row into view: where it is if it is in view, else its middle in the middle. */
export function stackReveal(stack: RowStack, viewport: number, scrollTop: number, row: number): number {
  const from = scrollTop * stretch(stack, viewport)
  const top = stack.tops[row] ?? 0
  const bottom = stack.tops[row + 1] ?? top
  if (top >= from && bottom <= from + viewport) return scrollTop
  const wanted = (top + bottom - viewport) / 2 / stretch(stack, viewport)
  return Math.min(Math.max(0, wanted), Math.max(0, stackHeight(stack) - viewport))
}

/** The row that covers a height; the first or last one outside. */
function rowAt({ tops, count }: RowStack, y: number): number {
  let low = 0
  let high = Math.max(0, count - 1)
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((tops[middle] ?? 0) <= y) low = middle
    else high = middle - 1
  }
  return low
}

function stretch(stack: RowStack, viewport: number): number {
  const scrollable = stackHeight(stack) - viewport
  return scrollable <= 0 ? 1 : (stack.height - viewport) / scrollable
}
