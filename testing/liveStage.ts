import { randomUUID } from 'node:crypto'
import { openDatabase } from '#db/client.ts'
import type { CleanDraft, JobAddress, Journal, StoredEvent } from '#server/journal/journal.ts'
import { openJournal } from '#server/journal/openJournal.ts'
import type { Live } from '#server/live/live.ts'
import { openLive } from '#server/live/openLive.ts'
import { drafts } from '#testing/drafts.ts'
import { actor, type JournalTestbed, openJournalTestbed } from '#testing/journals.ts'

/** What one server process has of journal and live tier. */
export type LiveNode = {
  journal: Journal
  live: Live
  emit(job: JobAddress, events: CleanDraft[]): Promise<void>
}

export type LiveStage = AsyncDisposable & {
  bed: JournalTestbed
  epoch: string
  nodes: readonly [LiveNode, ...LiveNode[]]
  /** A job that is running already (head 2), recorded by the first node. */
  newJob(): Promise<JobAddress>
  /** All events of the job, straight from PostgreSQL. */
  stored(job: JobAddress): Promise<StoredEvent[]>
  /** Another node; `publishes: false` commits without telling anyone, as a process that dies right after its commits. */
  addNode(options?: { publishes: boolean }): LiveNode
}

/** One database and any number of nodes on it, with keys of their own in Valkey; all closed when disposed. */
export async function openLiveStage({
  valkeyUrl,
  nodes,
  databaseUrl,
}: {
  valkeyUrl: string | null
  nodes: number
  /** a migrated database on a server that may be hurt; default: one of its own on the shared server */
  databaseUrl?: string
}): Promise<LiveStage> {
  await using opened = new AsyncDisposableStack()
  const bed = opened.use(await openJournalTestbed(databaseUrl === undefined ? undefined : { url: databaseUrl }))
  // Of this database alone: it is a copy, which the journal notices.
  const [row] = await bed.owner<{ epoch: string }[]>`select current_epoch() as epoch`
  const epoch = row?.epoch ?? ''
  const addNode: LiveStage['addNode'] = ({ publishes } = { publishes: true }) =>
    openNode({ opened: whole, url: bed.url, valkeyUrl, epoch, publishes })
  const whole = opened.move()
  const first = addNode()
  const others = Array.from({ length: nodes - 1 }, () => addNode())
  return {
    bed,
    epoch,
    nodes: [first, ...others],
    addNode,
    newJob: async () => {
      const request = { orgId: bed.orgId, actor, requestId: randomUUID(), action: 'test', inputs: {}, redactions: [] }
      const { jobId } = await first.journal.createJob(request)
      await first.emit({ orgId: bed.orgId, jobId }, [drafts.started()])
      return { orgId: bed.orgId, jobId }
    },
    stored: (job) => readAll(first.journal, job),
    [Symbol.asyncDispose]: () => whole.disposeAsync(),
  }
}

type NodeOptions = {
  opened: AsyncDisposableStack
  url: string
  valkeyUrl: string | null
  epoch: string
  publishes: boolean
}

function openNode({ opened, url, valkeyUrl, epoch, publishes }: NodeOptions): LiveNode {
  const quiet = { info: () => {}, warn: () => {}, error: () => {} }
  const target: { live?: Live } = {}
  const pool = openDatabase({ url, max: 6, onLost: () => target.live?.doubt() })
  const sql = opened.adopt(pool, (it) => it.end({ timeout: 5 }))
  const onCommitted: Live['publish'] = (committed) => publishes && target.live?.publish(committed)
  const journal = opened.adopt(openJournal({ sql, log: quiet, onCommitted }), (it) => it.close())
  const live = opened.adopt(openLive({ journal, valkeyUrl, epoch, log: quiet }), (it) => it.close())
  target.live = live
  return { journal, live, emit: async (job, events) => void (await journal.append({ ...job, actor, events })) }
}

export async function readAll(journal: Journal, job: JobAddress): Promise<StoredEvent[]> {
  const events: StoredEvent[] = []
  for (;;) {
    const page = await journal.readEvents({ ...job, after: events.length, limit: 1000 })
    events.push(...page.events)
    if (events.length >= page.head) return events
  }
}
