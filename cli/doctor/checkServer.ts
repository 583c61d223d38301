import type { Finding } from '#cli/doctor/finding.ts'
import type { CliEnv } from '#cli/env.ts'

const PATIENCE_MS = 5000

/** Does a Waybill server answer at the address, and is it ready? */
export async function checkServer({ url }: CliEnv): Promise<Finding[]> {
  try {
    const response = await fetch(`${url}/readyz?verbose`, {
      signal: AbortSignal.timeout(PATIENCE_MS),
      redirect: 'manual',
    })
    const text = await response.text()
    if (response.ok && text.includes('"ready"')) return [{ state: 'well', text: `The server at ${url} is ready` }]
    if (response.status === 503) {
      const fix = 'Look at its output: it starts, shuts down, or cannot reach its database.'
      return [{ state: 'wrong', text: `The server at ${url} is not ready: ${detailOf(text)}`, fix }]
    }
    return [
      {
        state: 'wrong',
        text: `${url} answers ${response.status}, and not as a Waybill server does`,
        fix: 'Set WAYBILL_URL to the address of Waybill, without a path unless a proxy adds one.',
      },
    ]
  } catch (error) {
    const { cause, name } = error as Error & { cause?: { code?: string; message?: string } }
    const reason =
      name === 'TimeoutError' ? `no answer within ${PATIENCE_MS} ms` : (cause?.code ?? cause?.message ?? name)
    const fix = 'Start it with "npm start", or set WAYBILL_URL to where it runs.'
    return [{ state: 'wrong', text: `The server at ${url} cannot be reached (${reason})`, fix }]
  }
}

function detailOf(text: string): string {
  try {
    return String((JSON.parse(text) as { detail?: unknown }).detail ?? text)
  } catch {
    return text
  }
}
