import type { ModelCall } from '#components/timeline/ai/aiItems.ts'
import { contextOf, sumOfTokens, tokenPartOrder } from '#components/timeline/ai/tokenParts.ts'

/** One column of the chart: a call, or the largest of those that share its pixels. */
export type ContextColumn = {
  seq: number
  x: number
  width: number
  /** heights in pixels, bottom up, in the order of tokenPartOrder */
  parts: number[]
  /** y of the context: what the model was given */
  contextY: number
  calls: number
}

/** Narrower columns cannot be told apart or hit. */
const narrowest = 5
const widest = 28

/**
 * The calls of a session side by side, each as tall as its tokens, on one scale. The line over them is the running context:
 * where it falls, the context was compacted or begun anew.
 */
export function contextColumns(calls: readonly ModelCall[], size: { width: number; height: number }): ContextColumn[] {
  if (calls.length === 0 || size.width <= 0) return []
  const most = calls.reduce((so, { tokens }) => Math.max(so, sumOfTokens(tokens)), 1)
  const room = Math.max(1, Math.floor(size.width / narrowest))
  const perColumn = Math.ceil(calls.length / room)
  const width = Math.min(widest, size.width / Math.ceil(calls.length / perColumn))
  const scale = size.height / most
  const columns: ContextColumn[] = []
  for (let n = 0; n < calls.length; n += perColumn) {
    const shared = calls.slice(n, n + perColumn)
    const largest = shared.reduce((a, b) => (sumOfTokens(b.tokens) > sumOfTokens(a.tokens) ? b : a))
    columns.push({
      seq: largest.seq,
      x: columns.length * width,
      width,
      parts: tokenPartOrder.map((part) => largest.tokens[part] * scale),
      contextY: size.height - contextOf(largest.tokens) * scale,
      calls: shared.length,
    })
  }
  return columns
}

/** The running context as an SVG path of steps. */
export function contextPath(columns: readonly ContextColumn[]): string {
  return columns
    .map(({ x, width, contextY }, n) => `${n === 0 ? 'M' : 'L'}${round(x)} ${round(contextY)}H${round(x + width)}`)
    .join('')
}

function round(n: number): number {
  return Math.round(n * 10) / 10
}
