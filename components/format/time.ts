const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/**
 * A duration in milliseconds, as short as it stays exact enough to compare: "0 ms", "420 ms", "4.2s", "12m 04s", "3h 07m", "2d 05h".
 */
export function formatDuration(ms: number): string {
  if (ms < 0) return '0 ms'
  if (ms < second) return `${Math.round(ms)} ms`
  // 59,960 ms would round up to "60.0s"
  if (ms < minute - 50) return ms < 10 * second ? `${(ms / second).toFixed(1)}s` : `${Math.floor(ms / second)}s`
  const total = Math.max(ms, minute)
  if (total < hour) return `${Math.floor(total / minute)}m ${two((total % minute) / second)}s`
  if (total < day) return `${Math.floor(total / hour)}h ${two((total % hour) / minute)}m`
  return `${Math.floor(total / day)}d ${two((total % day) / hour)}h`
}

/** The same for screen readers: "12 minutes 4 seconds". */
export function speakDuration(ms: number): string {
  if (ms < second) return spoken(Math.max(0, Math.round(ms)), 'millisecond')
  if (ms < minute) return spoken(Math.floor(ms / second), 'second')
  if (ms < hour)
    return `${spoken(Math.floor(ms / minute), 'minute')} ${spoken(Math.floor((ms % minute) / second), 'second')}`
  return `${spoken(Math.floor(ms / hour), 'hour')} ${spoken(Math.floor((ms % hour) / minute), 'minute')}`
}

/** How long ago, coarsely: "now", "42s ago", "5m ago", "3h ago", "12d ago". */
export function formatAge(ms: number): string {
  if (ms < 5 * second) return 'now'
  if (ms < minute) return `${Math.floor(ms / second)}s ago`
  if (ms < hour) return `${Math.floor(ms / minute)}m ago`
  if (ms < day) return `${Math.floor(ms / hour)}h ago`
  return `${Math.floor(ms / day)}d ago`
}

/** A moment after the start of a job: "+0.0s", "+4:02.3", "+1:04:02". */
export function formatOffset(ms: number): string {
  const sign = ms < 0 ? '−' : '+'
  const at = Math.abs(ms)
  if (at < minute - 50) return `${sign}${(at / second).toFixed(1)}s`
  const tenths = Math.round(at / 100)
  const seconds = (tenths % 600) / 10
  const minutes = Math.floor(tenths / 600)
  if (minutes < 60) return `${sign}${minutes}:${seconds.toFixed(1).padStart(4, '0')}`
  return `${sign}${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds)}`
}

const clock = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
  timeZoneName: 'short',
})

/** A stored UTC instant in the reader's zone, to the millisecond. Differs between server and browser: browser only. */
export function formatInstant(iso: string): string {
  const at = new Date(iso)
  return Number.isNaN(at.getTime()) ? iso : clock.format(at)
}

const timeOfDay = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
})

export function formatTimeOfDay(iso: string): string {
  const at = new Date(iso)
  return Number.isNaN(at.getTime()) ? iso : timeOfDay.format(at)
}

const secondOfDay = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

/** A moment (milliseconds since the epoch) in the reader's zone, to the second. Browser only. */
export function formatSecond(at: number): string {
  return secondOfDay.format(at)
}

function two(n: number): string {
  return String(Math.floor(n)).padStart(2, '0')
}

function spoken(n: number, unit: string): string {
  return `${n} ${unit}${n === 1 ? '' : 's'}`
}
