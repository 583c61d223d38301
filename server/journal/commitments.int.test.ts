import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { factsOf } from '#domain/job/facts.ts'
import { canonicalJson } from '#domain/merkle/canonical.ts'
import { drafts } from '#testing/drafts.ts'
import { openJournalTestbed } from '#testing/journals.ts'

type Row = { type: 'step.output'; shape: string; salt: Buffer; commitment: Buffer; actor: string; payload: string }

test('every stored event, job.created included, holds the facts and the commitment that its content gives', async () => {
  await using bed = await openJournalTestbed()
  const opened = bed.open()
  const job = await bed.newJob(opened, 'started')
  await opened.emit(job, [
    drafts.stepStarted('bü"ild\\'),
    drafts.output('bü"ild\\', 'é\u2028😀\n'),
    drafts.gateFailed('lint'),
    drafts.failed(),
  ])
  const rows = await bed.owner<Row[]>`
    select type, shape, salt, commitment, actor, payload from job_events where job_id = ${job.jobId} order by seq`
  expect(rows.length).toBe(6)
  for (const { type, shape, salt, commitment, actor, payload } of rows) {
    expect(shape).toBe(canonicalJson(factsOf(type, JSON.parse(payload))))
    const content = Buffer.from(`{"actor":${actor},"payload":${payload}}`)
    const hash = createHash('sha256').update(Buffer.concat([Buffer.from([1]), salt, content]))
    expect(commitment.toString('hex')).toBe(hash.digest('hex'))
  }
  expect(new Set(rows.map(({ salt }) => salt.toString('hex'))).size).toBe(rows.length)
})
