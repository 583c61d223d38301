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
export type EmitterReport = { acks: { index: number; seqs: number[] }[]; refused: Record<string, number>; ms: number }

/** Emits from a process of its own, with its own pool and shape cache. Its report is its last line of output. */
export function startEmitter(plan: EmitterPlan): Promise<Script> {
  return startScript(`import { emit } from '#testing/emitter.ts'
    console.log('report ' + JSON.stringify(await emit(${JSON.stringify(plan)})))`)
}

export async function reportOf(script: Script): Promise<EmitterReport> {
  const { code, output } = await script.ended
  const line = output.split('\n').find((text) => text.startsWith('report '))
  if (line === undefined) throw new Error(`the emitter ended with ${code} and no report:\n${output}`)
  return JSON.parse(line.slice('report '.length))
}

export async function emit(plan: EmitterPlan): Promise<EmitterReport> {
  const { url, orgId, jobId } = plan
  const sql = openDatabase({ url, max: 4 })
  const log = { error: () => {}, warn: () => {} }
  const journal = openJournal({ sql, log, onCommitted: () => {} })
  const report: EmitterReport = { acks: [], refused: {}, ms: 0 }
  const startedAt = performance.now()
  let next = 0
  async function work(): Promise<void> {
    for (let index = next++; index < plan.requests; index = next++) {
      try {
        const actor = { userId: plan.name, kind: 'service' as const }
        const { results } = await journal.append({ orgId, jobId, actor, events: eventsOf(plan, index) })
        report.acks.push({ index, seqs: results.map((result) => result.seq) })
      } catch (error) {
        const code = isWaybillError(error) ? error.code : String(error)
        report.refused[code] = (report.refused[code] ?? 0) + 1
      }
    }
  }
  await Promise.all(Array.from({ length: plan.concurrency }, work))
  report.ms = Math.round(performance.now() - startedAt)
  await journal.close()
  await sql.end()
  return report
}

function eventsOf({ name, kind }: EmitterPlan, index: number): CleanDraft[] {
  if (kind === 'output') return [drafts.output('shared', `${name} ${index}\n`)]
  const stepId = `${name}-${index}`
  return [drafts.stepStarted(stepId), drafts.output(stepId, `${name} ${index}\n`), drafts.stepCompleted(stepId)]
}
