import type { Finding } from '#cli/doctor/finding.ts'
import type { CliEnv } from '#cli/env.ts'

/** Milliseconds of difference that a reader of the time line would notice. */
const NOTABLE_MS = 2000

/** Compares this clock with the server's Date header (RFC 9110 §6.6.1: whole seconds). */
export async function checkClock({ url }: CliEnv): Promise<Finding[]> {
  const before = Date.now()
  const response = await fetch(`${url}/livez`)
  await response.body?.cancel()
  const now = (before + Date.now()) / 2
  const server = Date.parse(response.headers.get('date') ?? '')
  if (Number.isNaN(server)) return [{ state: 'note', text: 'The clocks were not compared: the server sends no Date' }]
  const skew = now - (server + 500)
  const text = `This clock is ${(Math.abs(skew) / 1000).toFixed(1)} s ${skew < 0 ? 'behind' : 'ahead of'} the server's`
  if (Math.abs(skew) < NOTABLE_MS) return [{ state: 'well', text: "This clock agrees with the server's" }]
  return [{ state: 'note', text, fix: 'Events carry the time of where they happen: synchronise the clocks (NTP).' }]
}
