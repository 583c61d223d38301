/**
 * Tallest content that is laid out one to one. Chromium lays out no element taller than 33,554,428 device pixels: at
 * ratio 2 and zoomed in to 200 % that is 8,388,607 CSS pixels.
 */
export const tallest = 8_000_000

export type RowSpace = { count: number; rowHeight: number; viewport: number }

/**
 * Where the reader is. `rowTop` is the truth: pixels of rows above the viewport, as if all rows were laid out.
 * `scrollTop` is what the scrolled element says, which is the same unless the rows are taller than `tallest`.
 */
export type Place = { rowTop: number; scrollTop: number }

export type RowWindow = {
  /** rows [first, end) are to be drawn */
  first: number
  end: number
  /** where row `first` lies in the scrolled content, in pixels */
  top: number
}

/** Height of the scrolled content. */
export function contentHeight({ count, rowHeight }: RowSpace): number {
  return Math.min(tallest, count * rowHeight)
}

/** Whether the rows are too tall to be laid out, so that a pixel of the scrollbar is more than a pixel of rows. */
export function isScaled({ count, rowHeight }: RowSpace): boolean {
  return count * rowHeight > tallest
}

/** `rowTop` at the very end. */
export function lastRowTop({ count, rowHeight, viewport }: RowSpace): number {
  return Math.max(0, count * rowHeight - viewport)
}

/** The rows in view at a place, and `overscan` more on each side. */
export function windowOf(space: RowSpace, place: Place, overscan = 8): RowWindow {
  const { count, rowHeight, viewport } = space
  const rowTop = Math.min(Math.max(0, place.rowTop), lastRowTop(space))
  const first = Math.max(0, Math.floor(rowTop / rowHeight) - overscan)
  const end = Math.min(count, Math.ceil((rowTop + viewport) / rowHeight) + overscan)
  const scrollTop = isScaled(space) ? Math.max(0, place.scrollTop) : rowTop
  return { first: Math.min(first, end), end, top: scrollTop - (rowTop - first * rowHeight) }
}

/** Where the element is to be scrolled to for the rows at `rowTop`. */
export function scrollTopFor(space: RowSpace, rowTop: number): number {
  if (!isScaled(space)) return rowTop
  return (rowTop / lastRowTop(space)) * (contentHeight(space) - space.viewport)
}

/**
 * Where the rows are after the element was scrolled. A step of less than a viewport is a finger, a wheel or a key, and
 * moves the rows by as much; a longer one is the scrollbar, whose place in its track is that of the rows among all.
 */
export function rowTopAfter(space: RowSpace, before: Place, scrollTop: number): number {
  if (!isScaled(space)) return scrollTop
  const range = contentHeight(space) - space.viewport
  if (scrollTop <= 0) return 0
  if (scrollTop >= range - 1) return lastRowTop(space)
  const step = scrollTop - before.scrollTop
  if (Math.abs(step) > space.viewport) return (scrollTop / range) * lastRowTop(space)
  return clampTop(space, before.rowTop + step)
}

/** `rowTop` at which a row is at `align` of the viewport: 0 its top, 0.5 its middle, 1 its bottom. */
export function rowTopOf(space: RowSpace, row: number, align: 0 | 0.5 | 1): number {
  const { rowHeight, viewport } = space
  return clampTop(space, row * rowHeight - (viewport - rowHeight) * align)
}

/** `rowTop` that brings a row into view with the least movement. */
export function rowTopToShow(space: RowSpace, rowTop: number, row: number): number {
  if (row * space.rowHeight < rowTop) return rowTopOf(space, row, 0)
  if ((row + 1) * space.rowHeight > rowTop + space.viewport) return rowTopOf(space, row, 1)
  return rowTop
}

export function clampTop(space: RowSpace, rowTop: number): number {
  return Math.min(Math.max(0, rowTop), lastRowTop(space))
}
