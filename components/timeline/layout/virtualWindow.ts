/** Chromium lays out no element taller than 16,777,214 px at device pixel ratio 2. */
export const tallest = 15_000_000

export type RowSpace = { count: number; rowHeight: number; viewport: number }

export type RowWindow = {
  /** rows [first, end) are to be drawn */
  first: number
  end: number
  /** where row `first` lies in the scrolled content, in pixels */
  top: number
}

/** Height of the scrolled content. Rows that would be taller than a browser can lay out share what it can. */
export function contentHeight({ count, rowHeight }: RowSpace): number {
  return Math.min(tallest, count * rowHeight)
}

/** The rows in view at a scroll position, and `overscan` more on each side. */
export function windowOf(space: RowSpace, scrollTop: number, overscan = 8): RowWindow {
  const { count, rowHeight, viewport } = space
  const shown = Math.min(Math.max(0, scrollTop), Math.max(0, contentHeight(space) - viewport))
  const rowTop = shown * stretch(space)
  const first = Math.max(0, Math.floor(rowTop / rowHeight) - overscan)
  const end = Math.min(count, Math.ceil((rowTop + viewport) / rowHeight) + overscan)
  return { first: Math.min(first, end), end, top: shown - (rowTop - first * rowHeight) }
}

/** The scroll position at which a row is at `align` of the viewport: 0 its top, 0.5 its middle, 1 its bottom. */
export function scrollTopOf(space: RowSpace, row: number, align: 0 | 0.5 | 1): number {
  const { rowHeight, viewport } = space
  const rowTop = row * rowHeight - (viewport - rowHeight) * align
  return Math.min(Math.max(0, rowTop / stretch(space)), Math.max(0, contentHeight(space) - viewport))
}

/** The scroll position that brings a row into view with the least movement. */
export function scrollToShow(space: RowSpace, scrollTop: number, row: number): number {
  const rowTop = scrollTop * stretch(space)
  if (row * space.rowHeight < rowTop) return scrollTopOf(space, row, 0)
  if ((row + 1) * space.rowHeight > rowTop + space.viewport) return scrollTopOf(space, row, 1)
  return scrollTop
}

/** Pixels of rows for one pixel of scrolling: 1 unless the rows are too many. */
function stretch(space: RowSpace): number {
  const { count, rowHeight, viewport } = space
  const scrollable = contentHeight(space) - viewport
  return scrollable <= 0 ? 1 : (count * rowHeight - viewport) / scrollable
}
