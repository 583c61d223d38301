/** Where a reader asked to go, in words of the go-to box. */
export type GoTo =
  /** counted from 1 */
  | { to: 'line'; line: number }
  | { to: 'seq'; seq: number }
  /** milliseconds since the job was created */
  | { to: 'offset'; ms: number }
  /** time of day, in the reader's zone, as milliseconds since midnight */
  | { to: 'clock'; ms: number }
  | { to: 'step'; name: string }
  | { to: 'nowhere'; reason: string }

const number = /^[1-9][\d,._ ]*$/
const clock = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?$/
const part = /(\d+(?:\.\d+)?)\s*(d|h|ms|m|s|$)/g
const unitMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1, '': 1_000 } as const

/** `1000` or `:1000` a line, `#1000` an event, `12:03:11` a time of day, `+4m 10s` a time in the job, else a step. */
export function readGoTo(text: string): GoTo {
  const typed = text.trim()
  if (typed === '') return { to: 'nowhere', reason: 'Nothing was typed.' }
  if (typed.startsWith('#')) {
    const seq = numberOf(typed.slice(1))
    return seq === null ? { to: 'nowhere', reason: `“${typed}” is no event: # and a number.` } : { to: 'seq', seq }
  }
  const at = clockOf(typed)
  if (at !== null) return { to: 'clock', ms: at }
  if (typed.startsWith('+')) {
    const ms = offsetOf(typed.slice(1))
    return ms === null ? { to: 'nowhere', reason: `“${typed}” is no time: as in +4m 10s.` } : { to: 'offset', ms }
  }
  const line = numberOf(typed.replace(/^:/, ''))
  return line === null ? { to: 'step', name: typed } : { to: 'line', line }
}

/** Digits may be grouped as people copy them. */
function numberOf(text: string): number | null {
  const digits = text.trim()
  const value = number.test(digits) ? Number(digits.replace(/[,._ ]/g, '')) : Number.NaN
  return Number.isSafeInteger(value) ? value : null
}

function clockOf(text: string): number | null {
  const [, hours, minutes, seconds = '0', fraction = ''] = clock.exec(text) ?? []
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, '0'))
}

function offsetOf(text: string): number | null {
  let ms = 0
  const rest = text.replace(part, (_, count: string, unit: keyof typeof unitMs) => {
    ms += Number(count) * unitMs[unit]
    return ''
  })
  return rest.trim() === '' && /\d/.test(text) ? ms : null
}

/** The moment nearest to `created` after it that has this time of day, in the reader's zone. */
export function momentOf(clockMs: number, created: number): number {
  const midnight = new Date(created)
  midnight.setHours(0, 0, 0, 0)
  const sameDay = midnight.getTime() + clockMs
  return sameDay < created - 1_000 ? sameDay + 86_400_000 : sameDay
}
