const DURATION = /^(?:\d{1,12}(?:\.\d{1,6})?(?:ms|s|m|h|d))+$/
const DURATION_PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g
const COUNT = /^(\d{1,15}(?:\.\d{1,6})?)([km]?)$/i

const unitMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const
const factors: Record<string, number> = { '': 1, k: 1000, m: 1_000_000 }

/** `1m30s` in milliseconds; null if it is no time. */
export function readDuration(text: string): number | null {
  const lower = text.toLowerCase()
  if (!DURATION.test(lower)) return null
  let ms = 0
  for (const [, amount, unit] of lower.matchAll(DURATION_PART))
    ms += Number(amount) * unitMs[unit as keyof typeof unitMs]
  return safely(ms)
}

export function formatDuration(ms: number): string {
  let rest = ms
  let text = ''
  for (const [unit, size] of Object.entries(unitMs)) {
    const amount = Math.floor(rest / size)
    if (amount > 0) text += `${amount}${unit}`
    rest -= amount * size
  }
  return text || '0ms'
}

/** `1.5k` as 1500; null if it is no number. */
export function readCount(text: string): number | null {
  const [, amount, factor = ''] = COUNT.exec(text) ?? []
  return amount === undefined ? null : safely(Number(amount) * (factors[factor.toLowerCase()] ?? 1))
}

export function formatCount(count: number): string {
  if (count > 0 && count % 1_000_000 === 0) return `${count / 1_000_000}m`
  return count > 0 && count % 1000 === 0 ? `${count / 1000}k` : String(count)
}

function safely(value: number): number | null {
  const rounded = Math.round(value)
  return Number.isSafeInteger(rounded) ? rounded : null
}
