import { appendFileSync, unlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { connect } from '#cli/connect.ts'
import type { CliEnv } from '#cli/env.ts'
import { jobUrl } from '#cli/jobAddress.ts'
import { notice } from '#cli/notice.ts'
import { openUnsent } from '#cli/send/readUnsent.ts'
import type { UnsentHeader } from '#cli/unsent/unsentFile.ts'
import { WaybillError } from '#domain/errors.ts'
import { reactionTo } from '#sdk/wire/reactions.ts'

/** How long a server that went away in the middle is waited for. */
const GIVE_UP_MS = 15_000

/**
 * Delivers one file and removes it. Creating the job again by its requestId, and the events by their ids, records
 * nothing twice.
 *
 * @throws WaybillError if the file could not be delivered; it stays as it is, to be sent again
 */
export async function sendFile(env: CliEnv, path: string, force: boolean): Promise<void> {
  const { header, drafts } = await openUnsent(path)
  if (!force) refuseRunningWriter(path, header)
  if (header.url !== env.url) notice(`${path} was meant for ${header.url}; it goes to ${env.url}`)
  let failure: WaybillError | undefined
  let refused = 0
  const client = connect(env, {
    retry: { giveUpMs: GIVE_UP_MS },
    onRefused: (draft, error) => {
      const { code, message } = error
      const isVerdict = !['job', 'again'].includes(reactionTo(error))
      if (!isVerdict) failure ??= error
      if (!isVerdict) return
      refused++
      appendFileSync(refusedPath(path), `${JSON.stringify({ draft, code, message })}\n`, { mode: 0o600 })
    },
  })
  const job = await client.jobs.create(header.job)
  let events = 0
  for await (const draft of drafts) {
    await job.emit(draft)
    events++
    if (failure) break
  }
  await client.close()
  if (failure) throw failure
  unlinkSync(path)
  notice(`${events - refused} events delivered: ${jobUrl(env.url, job.id)}`)
  if (refused > 0) notice(`${refused} events were refused; they and the reasons are in ${refusedPath(path)}`)
}

function refusedPath(path: string): string {
  return `${path.replace(/\.jsonl$/, '')}.refused.jsonl`
}

/** While its command runs, older events may still be in that process: sent from here, the newer would come first. */
function refuseRunningWriter(path: string, { writer }: UnsentHeader): void {
  if (!writer || writer.host !== hostname() || !isRunning(writer.pid)) return
  throw new WaybillError(
    'BUSY',
    `${path} still belongs to a running "waybill run" (process ${writer.pid}), which sends it by itself; --force sends it anyway.`,
  )
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
