import type { OutputSearch } from '#components/timeline/data/outputSearch.ts'

/** A hit that was gone to: its line, counted from 0, and its number among all hits, counted from 1. */
export type HitPlace = { line: number; position: number }

/**
 * Goes from hit to hit. Steps that are asked for while the server still answers an earlier one are taken one after the
 * other: each begins where the one before it ended.
 */
export class HitWalk {
  place: HitPlace | null = null
  private readonly search: Pick<OutputSearch, 'next' | 'total'>
  private last: Promise<unknown> = Promise.resolve()

  constructor(search: Pick<OutputSearch, 'next' | 'total'>) {
    this.search = search
  }

  /** @returns the place gone to; null if there is no hit or no answer */
  go(direction: 1 | -1): Promise<HitPlace | null> {
    const step = this.last.then(async () => {
      const line = await this.search.next(this.place?.line ?? null, direction)
      if (line === null) return null
      this.place = { line, position: this.positionAfter(line, direction) }
      return this.place
    })
    this.last = step
    return step
  }

  /** Hits are gone to one by one, so the next one's number follows from the last one's. */
  private positionAfter(line: number, direction: 1 | -1): number {
    const { place } = this
    if (direction === 1) return place === null || line <= place.line ? 1 : place.position + 1
    return place === null || line >= place.line ? this.search.total : place.position - 1
  }
}
