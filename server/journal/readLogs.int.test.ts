import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JobAddress } from '#server/journal/journal.ts'
import { clean, drafts } from '#testing/drafts.ts'
import { type JournalTestbed, type OpenedJournal, openJournalTestbed } from '#testing/journals.ts'

let bed: JournalTestbed
let one: OpenedJournal

beforeAll(async () => {
  bed = await openJournalTestbed()
  one = bed.open()
})
afterAll(() => bed[Symbol.asyncDispose]())

const base64 = (bytes: Buffer) =>
  clean({
    type: 'step.output',
    payload: { stepId: 'b', stream: 'stderr', text: bytes.toString('base64'), encoding: 'base64' },
  })

async function newest(job: JobAddress, lines: number) {
  return await one.journal.readLogs(job, lines)
}

test('gives the newest lines of all steps and streams, oldest first, across events', async () => {
  const job = await bed.newJob(one)
  await one.emit(job, [
    drafts.output('a', 'one\ntwo\n'),
    drafts.progress('a', 1),
    base64(Buffer.from('three\nfo\xff\0ur', 'latin1')),
    drafts.tool('c1'),
    drafts.output('a', ''),
    drafts.output('a', '\u001b[31mfive\u001b[0m\n\nseven'),
  ])
  const all = ['one', 'two', 'three', 'fo\ufffd\0ur', '\u001b[31mfive\u001b[0m', '', 'seven']
  for (const lines of [1, 2, 3, 4, 5, 6, 7, 8, 1000]) expect(await newest(job, lines)).toEqual(all.slice(-lines))
})

test('reads back through thousands of events, in the middle of one too', async () => {
  const job = await bed.newJob(one)
  const lineOf = (line: number) => `line ${line}`
  for (let round = 0; round < 3; round++) {
    const events = Array.from({ length: 500 }, (_, index) => {
      const first = (round * 500 + index) * 3
      return drafts.output('a', `${lineOf(first)}\n${lineOf(first + 1)}\n${lineOf(first + 2)}\n`)
    })
    await one.emit(job, events)
  }
  const all = Array.from({ length: 4500 }, (_, line) => lineOf(line))
  for (const lines of [599, 600, 601, 1000, 4499, 4500, 10_000]) {
    expect(await newest(job, lines)).toEqual(all.slice(-lines))
  }
})

test('takes an event of 65,000 empty lines for what it is', async () => {
  const job = await bed.newJob(one)
  await one.emit(job, [drafts.output('a', 'first\n'), drafts.output('a', '\n'.repeat(64 * 1024))])
  const lines = await newest(job, 10_000)
  expect(lines).toEqual(Array.from({ length: 10_000 }, () => ''))
})

test('a job without output has no lines', async () => {
  expect(await newest(await bed.newJob(one), 10)).toEqual([])
})
