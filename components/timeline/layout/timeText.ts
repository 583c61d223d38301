import { formatDuration, formatOffset, formatTimeOfDay } from '#components/format/time.ts'

/** How the time of a line or an event is told: since the job was created, by the clock, or since the one before. */
export const timeFormats = ['offset', 'clock', 'delta'] as const

export type TimeFormat = (typeof timeFormats)[number]

export const timeFormatWords: Record<TimeFormat, string> = {
  offset: 'since the start of the job',
  clock: 'time of day',
  delta: 'since the line before',
}

export function formatAfter(format: TimeFormat): TimeFormat {
  return timeFormats[(timeFormats.indexOf(format) + 1) % timeFormats.length] ?? 'offset'
}

export function readTimeFormat(text: string | null): TimeFormat {
  return timeFormats.find((known) => known === text) ?? 'offset'
}

/** Times in milliseconds since the epoch. `before` is that of the line before; null: there is none, or it is not here. */
type Moment = { at: number; before: number | null; origin: number }

/** Empty for a line whose predecessor is not known, if that is what it is told by. */
export function timeText(format: TimeFormat, { at, before, origin }: Moment): string {
  switch (format) {
    case 'offset':
      return formatOffset(at - origin)
    case 'clock':
      return formatTimeOfDay(new Date(at).toISOString())
    case 'delta':
      if (before === null) return ''
      // most lines of a burst came at once: what took time is to stand out
      return at === before ? '·' : `+${formatDuration(at - before)}`
  }
}
