import type { LineSpan } from '#components/timeline/groups/hiddenLines.ts'
import type { GroupMarker } from '#components/timeline/groups/readMarkers.ts'

/** A line as a fold looks at it. */
export type GroupLine = { line: number /** key of the step's run */; scope: string; markers: readonly GroupMarker[] }

/**
 * A folded group, whose lines are found by giving it the lines after its header, one after the other. Only lines of its
 * own step are hidden: what others wrote meanwhile is in nobody's group.
 */
export class GroupFold {
  readonly header: number
  readonly scope: string
  readonly spans: LineSpan[] = []
  /** the line to be given next */
  next: number
  /** its end was found */
  isOver = false
  private readonly start: GroupMarker
  private depth = 1

  constructor(header: GroupLine, start: GroupMarker) {
    this.header = header.line
    this.scope = header.scope
    this.start = start
    this.next = header.line + 1
  }

  /** Lines that it hides so far. */
  get lines(): number {
    return this.spans.reduce((sum, { first, end }) => sum + end - first, 0)
  }

  add({ line, scope, markers }: GroupLine): void {
    if (this.isOver) return
    this.next = line + 1
    if (scope !== this.scope) return
    const own = markers.filter(({ family }) => family === this.start.family)
    this.isOver = own.some((marker) => this.ends(marker))
    // a line that begins another group is that group's header, whatever it ends
    if (this.isOver && own.some(({ kind }) => kind === 'start')) return
    const last = this.spans.at(-1)
    if (last?.end === line) last.end++
    else this.spans.push({ first: line, end: line + 1 })
  }

  private ends({ kind, name }: GroupMarker): boolean {
    switch (this.start.family) {
      case 'header':
        return kind === 'start'
      case 'section':
        return kind === 'end' && name === this.start.name
      case 'command':
        this.depth += kind === 'start' ? 1 : -1
        return this.depth === 0
    }
  }
}
