import type { Sql } from 'postgres'
import { openDatabase } from '#db/client.ts'
import { isWaybillError } from '#domain/errors.ts'
import type { CleanDraft } from '#server/journal/journal.ts'
import { openJournal } from '#server/journal/openJournal.ts'
import { drafts } from '#testing/drafts.ts'
import { type Script, startScript } from '#testing/script.ts'

export type EmitterPlan = {
  url: string
  orgId: string
  jobId: string
  /** names this emitter's steps */
  name: string
  requests: number
  /** requests under way at once */
  concurrency: number
  /** every request: one line of output, or a step that starts, speaks and ends */
  kind: 'output' | 'structure'
}

/** What an emitter prints at its end. */
export type EmitterReport = { acks: { index: number; seqs: number[] }[]; refused: Record<string, number> }

/** Held until all emitters are up. */
const START_LOCK = 0x656d6974

/**
 * Runs emitters at the same time, each in a process of its own, with its own pool and shape cache.
 *
 * @param owner a pool on their database, to hold them back until the last one is up
 */
export async function runEmitters(owner: Sql, plans: readonly EmitterPlan[]): Promise<EmitterReport[]> {
  await using started = new AsyncDisposableStack()
  const barrier = await owner.reserve()
  started.defer(() => barrier.release())
  await barrier`select pg_advisory_lock(${START_LOCK})`
  const scripts = await Promise.all(plans.map(startEmitter))
  for (const script of scripts) started.use(script)
  await Promise.all(scripts.map((script) => script.line('ready')))
  await barrier`select pg_advisory_unlock(${START_LOCK})`
  return await Promise.all(scripts.map(reportOf))
}

function startEmitter(plan: EmitterPlan): Promise<Script> {
  return startScript(`import { emit } from '#testing/emitter.ts'
    const report = await emit(${JSON.stringify(plan)}, () => console.log('ready'))
    console.log('report ' + JSON.stringify(report))`)
}

async function reportOf(script: Script): Promise<EmitterReport> {
  const { code, output } = await script.ended
  const line = output.split('\n').find((text) => text.startsWith('report '))
  if (line === undefined) throw new Error(`the emitter ended with ${code} and no report:\n${output}`)
  return JSON.parse(line.slice('report '.length))
}

/** What runs in the process of an emitter. */
export async function emit(plan: EmitterPlan, onReady: () => void): Promise<EmitterReport> {
  const { url, orgId, jobId, name } = plan
  const sql = openDatabase({ url, max: 4 })
  const journal = openJournal({ sql, log: { error: () => {} }, onCommitted: () => {} })
  const actor = { userId: name, kind: 'service' as const }
  const report: EmitterReport = { acks: [], refused: {} }
  await sql`select 1`
  onReady()
  await sql`select pg_advisory_lock_shared(${START_LOCK}), pg_advisory_unlock_shared(${START_LOCK})`
  let next = 0
  async function work(): Promise<void> {
    for (let index = next++; index < plan.requests; index = next++) {
      try {
        const { results } = await journal.append({ orgId, jobId, actor, events: eventsOf(plan, index) })
        report.acks.push({ index, seqs: results.map((result) => result.seq) })
      } catch (error) {
        const code = isWaybillError(error) ? error.code : String(error)
        report.refused[code] = (report.refused[code] ?? 0) + 1
      }
    }
  }
  await Promise.all(Array.from({ length: plan.concurrency }, work))
  await journal.close()
  await sql.end()
  return report
}

function eventsOf({ name, kind }: EmitterPlan, index: number): CleanDraft[] {
  if (kind === 'output') return [drafts.output('shared', `${name} ${index}\n`)]
  const stepId = `${name}-${index}`
  return [drafts.stepStarted(stepId), drafts.output(stepId, `${name} ${index}\n`), drafts.stepCompleted(stepId)]
}
