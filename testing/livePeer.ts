import { openDatabase } from '#db/client.ts'
import type { JobAddress } from '#server/journal/journal.ts'
import { openJournal } from '#server/journal/openJournal.ts'
import type { Live } from '#server/live/live.ts'
import { openLive } from '#server/live/openLive.ts'
import { drafts } from '#testing/drafts.ts'
import { actor } from '#testing/journals.ts'
import { type Script, startScript } from '#testing/script.ts'

export type PeerPlan = JobAddress & {
  url: string
  valkeyUrl: string | null
  epoch: string
  /** names this peer's lines */
  name: string
  /** requests of one line of output each, one after the other */
  requests: number
}

/** A process of its own that emits to a job, publishes, and follows it to its end. Its last line is `got <seqs>`. */
export function startLivePeer(plan: PeerPlan): Promise<Script> {
  return startScript(`import { runLivePeer } from '#testing/livePeer.ts'
    console.log('got ' + JSON.stringify(await runLivePeer(${JSON.stringify(plan)})))`)
}

export async function runLivePeer({ url, valkeyUrl, epoch, name, requests, ...job }: PeerPlan): Promise<number[]> {
  const sql = openDatabase({ url, max: 4 })
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const target: { live?: Live } = {}
  const journal = openJournal({ sql, log, onCommitted: (committed) => target.live?.publish(committed) })
  const live = openLive({ journal, valkeyUrl, epoch, log })
  target.live = live
  const emitting = (async () => {
    for (let i = 0; i < requests; i++) {
      await journal.append({ ...job, actor, events: [drafts.output('s', `${name} ${i}\n`)] })
    }
    process.stdout.write('emitted\n')
  })()
  const seqs: number[] = []
  for await (const { events } of live.follow({ ...job, after: 0, signal: new AbortController().signal })) {
    seqs.push(...events.map(({ seq }) => seq))
  }
  await emitting
  await live.close()
  await journal.close()
  await sql.end()
  return seqs
}
