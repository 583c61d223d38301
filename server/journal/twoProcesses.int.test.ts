import { expect, test } from 'vitest'
import { drafts } from '#testing/drafts.ts'
import { runEmitters } from '#testing/emitter.ts'
import { expectSoundJob } from '#testing/expectSoundJob.ts'
import { openJournalTestbed } from '#testing/journals.ts'

test.each([
  { kind: 'output', processes: 2, requests: 2000, concurrency: 64 },
  { kind: 'structure', processes: 2, requests: 2000, concurrency: 64 },
  { kind: 'structure', processes: 4, requests: 200, concurrency: 8 },
  { kind: 'structure', processes: 2, requests: 100, concurrency: 1 },
] as const)(
  '$processes processes that emit $kind to one job, $concurrency requests at a time, are all served',
  async ({ kind, processes, requests, concurrency }) => {
    await using bed = await openJournalTestbed()
    const opened = bed.open()
    const job = await bed.newJob(opened, 'started')
    // The step that every emitter of output shares: who starts it is not the question here.
    await opened.emit(job, [drafts.output('shared', 'first\n')])
    const names = Array.from({ length: processes }, (_, index) => `p${index}`)
    const reports = await runEmitters(
      bed.owner,
      names.map((name) => ({ ...job, url: bed.url, name, requests, concurrency, kind })),
    )

    expect(reports.map((report) => report.refused)).toEqual(reports.map(() => ({})))
    expect(reports.map((report) => report.acks.length)).toEqual(reports.map(() => requests))
    const { events } = await expectSoundJob(bed, job)
    const perRequest = kind === 'output' ? 1 : 3
    expect(events).toHaveLength(3 + processes * requests * perRequest)
    for (const [at, { acks }] of reports.entries()) {
      for (const { index, seqs } of acks) {
        const acked = seqs.map((seq) => events[seq - 1]).find((event) => event?.type === 'step.output')
        expect(acked).toMatchObject({ actor: { userId: `p${at}` }, payload: { text: `p${at} ${index}\n` } })
      }
    }
    const seqs = reports.map(({ acks }) => acks.flatMap((ack) => ack.seqs).sort((a, b) => a - b))
    const lastOldest = Math.max(...seqs.map(([oldest = 0]) => oldest))
    const firstNewest = Math.min(...seqs.map((all) => all.at(-1) ?? 0))
    expect(lastOldest, 'they took turns instead of meeting').toBeLessThan(firstNewest)
  },
)
