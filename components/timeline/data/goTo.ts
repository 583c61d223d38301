import { countOf, formatCount } from '#components/format/count.ts'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { seqAt } from '#components/timeline/data/seqAt.ts'
import { momentOf, readGoTo } from '#components/timeline/layout/goTo.ts'

type Ways = {
  /** newest event and number of lines: of the job, or of the moment of it that is looked at */
  head: number
  lines: number
  toLine: (line: number) => void
  toSeq: (seq: number) => void
}

/** Goes where the reader's words say. @returns null, or why it is not possible, as a sentence */
export async function goTo(timeline: JobTimeline, words: string, ways: Ways): Promise<string | null> {
  const { head, lines } = ways
  const wish = readGoTo(words)
  const origin = Date.parse(timeline.view.createdAt ?? '')
  const asOf = head < timeline.view.head ? ' as of then' : ''
  switch (wish.to) {
    case 'nowhere':
      return wish.reason
    case 'line':
      if (wish.line > lines) return `The output has ${countOf(lines, 'line')}${asOf}.`
      ways.toLine(wish.line - 1)
      return null
    case 'seq':
      if (wish.seq > head) return `The newest event${asOf} is #${formatCount(head)}.`
      ways.toSeq(wish.seq)
      return null
    case 'step':
      return `“${wish.name}” is no line, event or time.`
    case 'offset':
    case 'clock': {
      const at = wish.to === 'offset' ? origin + wish.ms : momentOf(wish.ms, origin)
      const seq = await seqAt(timeline, at).catch(() => null)
      if (seq === null) return 'The server does not answer.'
      ways.toSeq(Math.min(seq, head))
      return null
    }
  }
}
