const exact = new Intl.NumberFormat('en-US')
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 })

/** 812440 -> "812,440" */
export function formatCount(count: number): string {
  return exact.format(count)
}

/** 812440 -> "812.4K"; below ten thousand the exact figure is as short. */
export function formatCompact(count: number): string {
  return count < 10_000 ? exact.format(count) : compact.format(count)
}

/** "1 event", "2 events", "812,440 events" */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`
}

const sizes = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** Bytes in decimal units: 1536 -> "1.5 KB" */
export function formatBytes(bytes: number): string {
  let size = bytes
  let unit = 0
  while (size >= 1000 && unit < sizes.length - 1) {
    size /= 1000
    unit++
  }
  const digits = unit === 0 || size >= 100 ? 0 : 1
  return `${size.toFixed(digits)} ${sizes[unit] ?? 'B'}`
}
