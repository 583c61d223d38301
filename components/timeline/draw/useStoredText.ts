import { useMemo } from 'react'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { LineCache } from '#components/timeline/data/outputIndex.ts'
import { plainText } from '#domain/ansi/plainText.ts'
import { plainStyle, type SgrStyle } from '#domain/ansi/style.ts'

export type StoredText = {
  /** a line as it was written, and the style in force where it begins */
  read(line: number): { text: string; style: SgrStyle }
  /** a line as it is shown */
  plain(line: number): string
}

/** The text of output lines, cut out of the events when it is asked for. */
export function useStoredText(timeline: JobTimeline): StoredText {
  return useMemo(() => {
    const cache = new LineCache()
    const read = (line: number) => {
      const place = timeline.output.placeOf(line)
      const event = place && timeline.eventAt(place.seq)
      if (!place || event?.type !== 'step.output') return { text: '', style: plainStyle }
      const { lines, styles } = cache.cut(event, place.style)
      return { text: lines[place.ordinal] ?? '', style: styles[place.ordinal] ?? place.style }
    }
    return { read, plain: (line) => plainText(read(line).text) }
  }, [timeline])
}
