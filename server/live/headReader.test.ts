import { expect, test } from 'vitest'
import { HeadReader } from '#server/live/headReader.ts'
import { memoryJournal } from '#testing/memoryJournal.ts'

function setUp() {
  const journal = memoryJournal()
  const asked: number[] = []
  const heads = new HeadReader({
    readHeads: (jobs) => {
      asked.push(jobs.length)
      return journal.readHeads(jobs)
    },
  })
  return { journal, heads, asked }
}

test('asks once for all that want to know in the same turn', async () => {
  const { journal, heads, asked } = setUp()
  const job = journal.createJob()
  const sibling = journal.createJob(job.orgId)
  journal.addOutput(sibling.jobId, 4)
  const answers = await Promise.all([heads.read(job), heads.read(sibling), heads.read(job)])
  expect(answers.map((answer) => answer?.head)).toEqual([1, 5, 1])
  expect(asked).toEqual([2])
})

test('never answers one organisation with the head of the other that asks in the same turn', async () => {
  const { journal, heads } = setUp()
  const [own, foreign] = [journal.createJob(), journal.createJob()]
  const answers = await Promise.all([heads.read(own), heads.read({ orgId: foreign.orgId, jobId: own.jobId })])
  expect(answers).toMatchObject([{ head: 1, state: 'pending' }, null])
})

test('lets each one know when the database does not answer', async () => {
  const { journal, heads } = setUp()
  const job = journal.createJob()
  journal.failure = new Error('connection refused')
  const answers = await Promise.allSettled([heads.read(job), heads.read(job)])
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  journal.failure = null
  expect(await heads.read(job)).toMatchObject({ head: 1, state: 'pending' })
})
