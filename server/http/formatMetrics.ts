import type { HistogramView } from '#server/histogram.ts'

export type Sample = { value: number; labels?: Record<string, string> }

export type Metric = { name: string; help: string } & (
  | { type: 'counter' | 'gauge'; samples: readonly Sample[] }
  | { type: 'histogram'; histogram: HistogramView }
)

/** Media type of the text below, with the version that scrapers tell formats apart by. */
export const metricsMediaType = 'text/plain; version=0.0.4; charset=utf-8'

/** Prometheus' text format, version 0.0.4 (Prometheus documentation, "Exposition formats"). */
export function formatMetrics(metrics: readonly Metric[]): string {
  return metrics.map(formatMetric).join('')
}

function formatMetric(metric: Metric): string {
  const { name, help, type } = metric
  const samples =
    type === 'histogram' ? bucketsOf(name, metric.histogram) : metric.samples.map((it) => ({ name, ...it }))
  const lines = samples.map(({ name, labels = {}, value }) => `${name}${formatLabels(labels)} ${formatValue(value)}\n`)
  return `# HELP ${name} ${escapeText(help, /[\\\n]/g)}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

/** Each bucket holds the smaller ones too; +Inf is all. */
function bucketsOf(name: string, { bounds, counts, count, sum }: HistogramView): (Sample & { name: string })[] {
  let below = 0
  const buckets = bounds.map((bound, index) => {
    below += counts[index] ?? 0
    return { name: `${name}_bucket`, labels: { le: formatValue(bound) }, value: below }
  })
  return [
    ...buckets,
    { name: `${name}_bucket`, labels: { le: '+Inf' }, value: count },
    { name: `${name}_sum`, value: sum },
    { name: `${name}_count`, value: count },
  ]
}

function formatLabels(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeText(value, /[\\\n"]/g)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function formatValue(value: number): string {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}

function escapeText(text: string, what: RegExp): string {
  return text.replace(what, (character) => (character === '\n' ? '\\n' : `\\${character}`))
}
