import { requireKey } from '#cli/connect.ts'
import type { CliEnv } from '#cli/env.ts'
import { WaybillError } from '#domain/errors.ts'
import type { RebuildProgress } from '#domain/job/served.ts'
import { isRecord, noAnswer, readProblem, refusalError } from '#sdk/wire/problem.ts'
import { authorization } from '#sdk/wire/server.ts'

/** Milliseconds the server may take to begin. Then it may take as long as it needs. */
const PATIENCE_MS = 30_000

/**
 * Asks the server to make projections anew, and tells how far it is, until it is done.
 *
 * @throws WaybillError
 */
export async function* askRebuild(env: CliEnv, asked: { jobId?: string }): AsyncGenerator<RebuildProgress, undefined> {
  const url = `${env.url}/api/projections/rebuild`
  const headers = { 'content-type': 'application/json', ...authorization(requireKey(env)) }
  const begun = new AbortController()
  const timer = setTimeout(() => begun.abort(), PATIENCE_MS)
  const request = { method: 'POST', redirect: 'manual', headers, body: JSON.stringify(asked) } as const
  const response = await fetch(url, { ...request, signal: begun.signal })
    .catch((cause: unknown) => {
      throw noAnswer(env.url, cause)
    })
    // A timer that is left would keep the command for its whole time.
    .finally(() => clearTimeout(timer))
  if (!response.ok) throw await readProblem(env.url, response)
  let isDone = false
  for await (const line of linesOf(env.url, response)) {
    const told: unknown = JSON.parse(line)
    if (isRecord(told) && typeof told.code === 'string') throw refusalError(env.url, response, told)
    isDone = isRecord(told) && told.done === true
    yield told as RebuildProgress
  }
  if (!isDone) throw new WaybillError('SERVER_UNREACHABLE', `${env.url} ended before it was done; run it again.`)
}

async function* linesOf(url: string, response: Response): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  const reader = response.body?.getReader()
  for (;;) {
    const read = await reader?.read().catch((cause: unknown) => {
      throw noAnswer(url, cause)
    })
    if (!read || read.done) return
    const lines = (rest + decoder.decode(read.value, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}
