import { type RefObject, useCallback, useState } from 'react'
import { useSize } from '#components/timeline/draw/useSize.ts'
import { type RowStack, stackHeight, stackReveal, stackWindow } from '#components/timeline/layout/rowStack.ts'
import type { RowWindow } from '#components/timeline/layout/virtualWindow.ts'

export type StackRows = {
  /** false until the element was laid out */
  isReady: boolean
  window: RowWindow
  height: number
  onScroll(): void
  /** puts a row in the middle, unless it is in view */
  reveal(row: number): void
}

/** Which rows of different heights a scrolling element is to draw. */
export function useRowStack(element: RefObject<HTMLElement | null>, stack: RowStack): StackRows {
  const [scrollTop, setScrollTop] = useState(0)
  const { height: viewport } = useSize(element)
  const onScroll = useCallback(() => {
    if (element.current) setScrollTop(element.current.scrollTop)
  }, [element])
  return {
    isReady: viewport > 0,
    window: stackWindow(stack, viewport, scrollTop),
    height: stackHeight(stack),
    onScroll,
    reveal: (row) => {
      const top = stackReveal(stack, viewport, scrollTop, row)
      if (top === scrollTop || !element.current) return
      element.current.scrollTop = top
      setScrollTop(element.current.scrollTop)
    },
  }
}
