import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useSize } from '#components/timeline/draw/useSize.ts'
import {
  type Anchor,
  anchorOf,
  anchorPerPixel,
  clampTop,
  contentHeight,
  isScaled,
  lastRowTop,
  type Place,
  type RowSpace,
  type RowWindow,
  rowTopAfter,
  rowTopOf,
  rowTopToShow,
  scrollTopFor,
  windowOf,
} from '#components/timeline/layout/virtualWindow.ts'

export type VirtualRows = {
  /** false until the element was laid out: before that, nothing can be brought into view */
  isReady: boolean
  window: RowWindow
  /** of wrapped rows: what tells where they lie; who draws them puts it there */
  anchor: Anchor | null
  /** of the scrolled content */
  height: number
  onScroll(): void
  /** brings a row into view with the least movement */
  show(row: number): void
  /** puts a row in the middle, unless it is in view */
  reveal(row: number): void
  toEnd(): void
}

type VirtualRowsOptions = {
  count: number
  rowHeight: number
  /** given for rows that are as tall as their texts want: tells the average height of those that are drawn */
  averageHeight?: (() => number) | undefined
  /** the reader scrolled, to the end or elsewhere */
  onMove?: (atEnd: boolean) => void
}

/** after so long without a scroll event the element is put where the rows are */
const settleMs = 160

/** Which rows of a scrolling element to draw, and how to get to others. Any number of rows, at any pixel ratio. */
export function useVirtualRows(element: RefObject<HTMLElement | null>, options: VirtualRowsOptions): VirtualRows {
  const { count, rowHeight } = options
  const { height: viewport } = useSize(element)
  const isWrapped = options.averageHeight !== undefined
  const space: RowSpace = { count, rowHeight, viewport, isWrapped }
  const [place, setPlace] = useState<Place>({ rowTop: 0, scrollTop: 0 })
  // read by listeners between renders: two wheel events in one frame must add up
  const latest = useRef({ space, place, onMove: options.onMove, averageHeight: options.averageHeight })
  latest.current.space = space
  latest.current.averageHeight = options.averageHeight
  latest.current.onMove = options.onMove

  const put = useCallback((next: Place) => {
    latest.current.place = next
    setPlace(next)
  }, [])
  const moveTo = useCallback(
    (rowTop: number) => {
      const { current } = element
      if (!current) return
      const top = clampTop(latest.current.space, rowTop)
      current.scrollTop = scrollTopFor(latest.current.space, top)
      put({ rowTop: top, scrollTop: current.scrollTop })
    },
    [element, put],
  )
  const moveBy = useCallback(
    (pixels: number) => {
      const { space: rows, place: before, averageHeight } = latest.current
      moveTo(before.rowTop + pixels * (averageHeight ? anchorPerPixel(rows, before.rowTop, averageHeight()) : 1))
      latest.current.onMove?.(isAtEnd(latest.current.space, latest.current.place))
    },
    [moveTo],
  )

  const settling = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(settling.current), [])
  const onScroll = useCallback(() => {
    const { current } = element
    const { space: rows, place: before, onMove } = latest.current
    // what moveTo set itself is no move of the reader's
    if (!current || current.scrollTop === before.scrollTop) return
    put({ rowTop: rowTopAfter(rows, before, current.scrollTop), scrollTop: current.scrollTop })
    onMove?.(isAtEnd(rows, latest.current.place))
    if (!isScaled(rows)) return
    clearTimeout(settling.current)
    settling.current = setTimeout(() => moveTo(latest.current.place.rowTop), settleMs)
  }, [element, put, moveTo])

  // rows that came change where a place lies in the scaled track
  const scaled = isScaled(space)
  useLayoutEffect(() => {
    if (scaled && count > 0 && viewport > 0) moveTo(latest.current.place.rowTop)
  }, [scaled, count, viewport, moveTo])

  // the same row stays where it is, the end at the end
  const wasWrapped = useRef(isWrapped)
  useLayoutEffect(() => {
    if (wasWrapped.current === isWrapped) return
    wasWrapped.current = isWrapped
    const { space: rows, place: before } = latest.current
    const wasAtEnd = isAtEnd({ ...rows, isWrapped: !isWrapped }, before)
    moveTo(wasAtEnd ? lastRowTop(rows) : before.rowTop)
  }, [isWrapped, moveTo])

  // a pixel of the scrollbar is no pixel of the rows
  const isOwn = scaled || isWrapped
  useEffect(() => {
    const { current } = element
    if (!current || !isOwn) return
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey || event.shiftKey || event.deltaY === 0) return
      event.preventDefault()
      current.scrollLeft += event.deltaX
      moveBy(event.deltaY * unitOf(event, latest.current.space))
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.target !== current || event.altKey || event.ctrlKey || event.metaKey) return
      const step = keyStep(event, latest.current.space)
      if (step === null) return
      event.preventDefault()
      moveBy(step)
    }
    current.addEventListener('wheel', onWheel, { passive: false })
    current.addEventListener('keydown', onKey)
    return () => {
      current.removeEventListener('wheel', onWheel)
      current.removeEventListener('keydown', onKey)
    }
  }, [element, isOwn, moveBy])

  return {
    isReady: viewport > 0,
    window: windowOf(space, place),
    anchor: isWrapped && count > 0 ? anchorOf(space, clampTop(space, place.rowTop)) : null,
    height: contentHeight(space),
    onScroll,
    show: (row) => {
      const top = rowTopToShow(space, latest.current.place.rowTop, row)
      if (top !== latest.current.place.rowTop) moveTo(top)
    },
    reveal: (row) => {
      const { rowTop } = latest.current.place
      if (rowTopToShow(space, rowTop, row) !== rowTop) moveTo(rowTopOf(space, row, 0.5))
    },
    toEnd: () => moveTo(lastRowTop(space)),
  }
}

function isAtEnd(space: RowSpace, { rowTop }: Place): boolean {
  return lastRowTop(space) - rowTop < space.rowHeight
}

/** WheelEvent.deltaMode: pixels, lines or pages */
function unitOf(event: WheelEvent, { rowHeight, viewport }: RowSpace): number {
  return event.deltaMode === 1 ? rowHeight : event.deltaMode === 2 ? viewport : 1
}

/** What a scrolling element does by itself for a key, in pixels of rows; null: not a key that scrolls. */
function keyStep({ key, shiftKey }: KeyboardEvent, { rowHeight, viewport }: RowSpace): number | null {
  const page = viewport - 2 * rowHeight
  switch (key) {
    case 'ArrowDown':
      return 2 * rowHeight
    case 'ArrowUp':
      return -2 * rowHeight
    case 'PageDown':
      return page
    case 'PageUp':
      return -page
    case ' ':
      return shiftKey ? -page : page
    case 'Home':
      return Number.NEGATIVE_INFINITY
    case 'End':
      return Number.POSITIVE_INFINITY
    default:
      return null
  }
}
