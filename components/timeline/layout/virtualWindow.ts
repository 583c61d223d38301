/**
 * Tallest content that is laid out one to one. Chromium lays out no element taller than 33,554,428 device pixels: at
 * ratio 2 and zoomed in to 200 % that is 8,388,607 CSS pixels.
 */
export const tallest = 8_000_000

export type RowSpace = {
  count: number
  /** pixels; of wrapped rows the least */
  rowHeight: number
  viewport: number
  /**
   * Rows are as tall as their texts want. How tall is known only of those that are drawn, so nothing else is asked for:
   * all scrolling is in rows of `rowHeight`, and one row, the anchor, tells where the others lie.
   */
  isWrapped?: boolean
}

/**
 * Where the reader is. `rowTop` is the truth: pixels of rows above the viewport, as if all rows were laid out; of wrapped
 * rows the anchor, in rows of `rowHeight`. `scrollTop` is what the scrolled element says, which is the same unless the rows are taller than `tallest`.
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
export function contentHeight({ count, rowHeight, viewport, isWrapped = false }: RowSpace): number {
  // the anchor goes through all rows, so the scrollbar has to go as far
  return Math.min(tallest, count * rowHeight) + (isWrapped && count > 0 ? viewport : 0)
}

/** Whether the rows are too tall to be laid out, so that a pixel of the scrollbar is more than a pixel of rows. */
export function isScaled({ count, rowHeight }: RowSpace): boolean {
  return count * rowHeight > tallest
}

/** `rowTop` at the very end. */
export function lastRowTop({ count, rowHeight, viewport, isWrapped = false }: RowSpace): number {
  return Math.max(0, count * rowHeight - (isWrapped ? 0 : viewport))
}

/** The rows in view at a place, and `overscan` more on each side. */
export function windowOf(space: RowSpace, place: Place, overscan = 8): RowWindow {
  const { count, rowHeight, viewport } = space
  const anchor = Math.min(Math.max(0, place.rowTop), lastRowTop(space))
  const scrollTop = isScaled(space) ? Math.max(0, place.scrollTop) : anchor
  const rowTop = space.isWrapped ? Math.max(0, anchor - anchorOf(space, anchor).y) : anchor
  const first = Math.max(0, Math.floor(rowTop / rowHeight) - overscan)
  const end = Math.min(count, Math.ceil((rowTop + viewport) / rowHeight) + overscan)
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
  const { count, rowHeight, viewport } = space
  // as the anchor it is in view, however tall the rows around it are
  if (space.isWrapped) return clampTop(space, (row + partInView(space, (count - row) * rowHeight)) * rowHeight)
  return clampTop(space, row * rowHeight - (viewport - rowHeight) * align)
}

/** `rowTop` that brings a row into view with the least movement. */
export function rowTopToShow(space: RowSpace, rowTop: number, row: number): number {
  // what is in view is known to who draws it
  if (space.isWrapped) return rowTopOf(space, row, 0.5)
  if (row * space.rowHeight < rowTop) return rowTopOf(space, row, 0)
  if ((row + 1) * space.rowHeight > rowTop + space.viewport) return rowTopOf(space, row, 1)
  return rowTop
}

export function clampTop(space: RowSpace, rowTop: number): number {
  return Math.min(Math.max(0, rowTop), lastRowTop(space))
}

/** How many viewports before its end the anchor of wrapped rows begins to go down the viewport. */
const reach = 2

/** A place in a row, `part` of its height from its top, that lies `y` pixels below the top of the viewport. */
export type Anchor = { row: number; part: number; y: number }

/**
 * The anchor of wrapped rows. It is at the top of the viewport, and goes down as the end comes near, so that the end of the
 * last row comes to lie at the bottom. It never goes as fast as the rows it passes, so rows only ever move up.
 */
export function anchorOf(space: RowSpace, rowTop: number): Anchor {
  const { count, rowHeight, viewport } = space
  const row = Math.max(0, Math.min(count - 1, Math.floor(rowTop / rowHeight)))
  return { row, part: rowTop / rowHeight - row, y: viewport * anchorPart(space, count * rowHeight - rowTop) }
}

function anchorPart({ viewport }: RowSpace, left: number): number {
  return viewport === 0 ? 0 : Math.min(1, Math.max(0, 1 - left / (reach * viewport)))
}

/**
 * The part of a row at which the anchor lies as far down the viewport as in the row: there the row is in view as a whole.
 *
 * @param left from the top of the row to the end of all, in rows of `rowHeight`
 */
function partInView({ viewport, rowHeight }: RowSpace, left: number): number {
  const track = reach * viewport
  return track <= rowHeight ? 0 : Math.min(1, Math.max(0, (track - left) / (track - rowHeight)))
}

/** How far the anchor goes for wrapped rows to move by a pixel. @param average height of the rows in view */
export function anchorPerPixel(space: RowSpace, rowTop: number, average: number): number {
  const slope = anchorOf(space, rowTop).y > 0 ? 1 / reach : 0
  return 1 / (Math.max(1, average / space.rowHeight) - slope)
}
