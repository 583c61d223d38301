/** One line of the result: a figure, what it is held against in the same run, and how the two may relate. */
export type Measure = {
  /** what was measured, with its figure */
  figure: string
  /** what it is held against, with its figure */
  baseline: string
  /** what the limit speaks of: a ratio, unless `unit` says otherwise */
  value: number
  unit?: string
  limit: { least: number } | { most: number }
}

export function isMet({ value, limit }: Measure): boolean {
  return 'least' in limit ? value >= limit.least : value <= limit.most
}

/** The measures of one bench as lines of text, the verdict first. */
export function formatMeasure(name: string, measure: Measure): string[] {
  const { figure, baseline, value, unit = '', limit } = measure
  const bound = 'least' in limit ? `at least ${limit.least}` : `at most ${limit.most}`
  const verdict = isMet(measure) ? 'ok ' : 'NOT'
  return [
    `${verdict} ${name.padEnd(9)} ${format(value)}${unit && ` ${unit}`} (${bound}${unit && ` ${unit}`})`,
    `    ${figure}`,
    `    against ${baseline}`,
  ]
}

/** For figures of ten and more, digits after the point are noise, for counts there are none. */
export function format(value: number): string {
  return value >= 10 || Number.isInteger(value) ? Math.round(value).toLocaleString('en') : value.toFixed(2)
}

/** `share` of the values are below it. NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** `0.61 to 0.72`: how far apart rounds were. */
export function spread(values: readonly number[]): string {
  return `${format(Math.min(...values))} to ${format(Math.max(...values))}`
}
