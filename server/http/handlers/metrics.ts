import { collectMetrics } from '#server/http/collectMetrics.ts'
import { formatMetrics, metricsMediaType } from '#server/http/formatMetrics.ts'
import type { KnownCall } from '#server/http/route.ts'

/** For Prometheus. Figures of all organisations together, so it needs a key that may see the whole server. */
export async function getMetrics(call: KnownCall): Promise<Response> {
  const text = formatMetrics(await collectMetrics(await call.services()))
  return new Response(text, { headers: { 'content-type': metricsMediaType } })
}
