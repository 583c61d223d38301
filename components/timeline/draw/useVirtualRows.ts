import { type RefObject, useCallback, useState } from 'react'
import { useSize } from '#components/timeline/draw/useSize.ts'
import {
  contentHeight,
  type RowSpace,
  type RowWindow,
  scrollTopOf,
  scrollToShow,
  windowOf,
} from '#components/timeline/layout/virtualWindow.ts'

export type VirtualRows = {
  /** false until the element was laid out: before that, nothing can be brought into view */
  isReady: boolean
  window: RowWindow
  /** of the scrolled content */
  height: number
  onScroll(): void
  /** brings a row into view with the least movement */
  show(row: number): void
  /** puts a row in the middle, unless it is in view */
  reveal(row: number): void
  toEnd(): void
  isAtEnd(): boolean
}

/** Which rows of a scrolling element to draw. */
export function useVirtualRows(element: RefObject<HTMLElement | null>, count: number, rowHeight: number): VirtualRows {
  const [scrollTop, setScrollTop] = useState(0)
  const { height: viewport } = useSize(element)
  const space: RowSpace = { count, rowHeight, viewport }
  const scrollTo = (top: number) => {
    if (!element.current) return
    element.current.scrollTop = top
    setScrollTop(element.current.scrollTop)
  }
  const onScroll = useCallback(() => {
    if (element.current) setScrollTop(element.current.scrollTop)
  }, [element])
  return {
    isReady: viewport > 0,
    window: windowOf(space, scrollTop),
    height: contentHeight(space),
    onScroll,
    show: (row) => {
      const top = scrollToShow(space, scrollTop, row)
      if (top !== scrollTop) scrollTo(top)
    },
    reveal: (row) => {
      if (scrollToShow(space, scrollTop, row) !== scrollTop) scrollTo(scrollTopOf(space, row, 0.5))
    },
    toEnd: () => scrollTo(contentHeight(space)),
    isAtEnd: () => {
      const { current } = element
      return !current || current.scrollHeight - current.clientHeight - current.scrollTop < rowHeight
    },
  }
}
