import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 as uuid } from 'uuid'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openBacklog } from '#cli/run/backlog.ts'
import { openUnsent } from '#cli/send/readUnsent.ts'
import type { UnsentHeader } from '#cli/unsent/unsentFile.ts'
import type { Draft } from '#domain/events/envelope.ts'

const header: UnsentHeader = {
  waybill: 'unsent',
  version: 1,
  url: 'http://w',
  job: { requestId: 'r1', action: 'run', inputs: {} },
}

function setUp() {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-backlog-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'waybill-unsent-r1.jsonl')
  return { directory, path, backlog: openBacklog(path, header) }
}

function line(number: number, size = 0): Draft {
  const text = `${number}\n${'x'.repeat(size)}`
  return { type: 'step.output', id: uuid(), payload: { stepId: 's', stream: 'stdout', text } }
}

async function contentOf(path: string): Promise<Draft[]> {
  return Array.fromAsync((await openUnsent(path)).drafts)
}

describe('the backlog', () => {
  it('gives drafts back in order, through the file when memory is full, and leaves no file behind', () => {
    const { directory, backlog } = setUp()
    const drafts = Array.from({ length: 300 }, (_, index) => line(index, 10_000))
    const taken: (Draft | undefined)[] = []
    for (const [index, draft] of drafts.entries()) {
      backlog.put(draft)
      if (index % 3 === 0) taken.push(backlog.take())
    }
    expect(readdirSync(directory)).toHaveLength(1)
    while (!backlog.isEmpty()) taken.push(backlog.take())
    expect(taken).toEqual(drafts)
    backlog.put(line(301))
    expect(backlog.take()?.payload).toMatchObject({ text: '301\n' })
    backlog.discard()
    expect(readdirSync(directory)).toEqual([])
  })

  it('gives the space in the file back once everything in it was taken', () => {
    const { path, backlog } = setUp()
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < 200; index++) backlog.put(line(index, 10_000))
      while (!backlog.isEmpty()) backlog.take()
      expect(statSync(path).size).toBeLessThan(1000)
    }
    backlog.discard()
  })

  it('keeps what is older, then memory, then file, readable by nobody else', async () => {
    const { directory, path, backlog } = setUp()
    const drafts = Array.from({ length: 200 }, (_, index) => line(index, 10_000))
    for (const draft of drafts.slice(2)) backlog.put(draft)
    expect(backlog.keep(drafts.slice(0, 2))).toBe(path)
    expect(readdirSync(directory)).toEqual(['waybill-unsent-r1.jsonl'])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect((await openUnsent(path)).header).toEqual(header)
    expect(await contentOf(path)).toEqual(drafts)
  })

  it('says in the file who writes to it, so that nobody sends it at the same time', async () => {
    const { path, backlog } = setUp()
    for (let index = 0; index < 200; index++) backlog.put(line(index, 10_000))
    expect((await openUnsent(path)).header.writer?.pid).toBe(process.pid)
    expect(JSON.parse(readFileSync(path, 'utf8').split('\n')[0] ?? '')).toHaveProperty('writer')
    backlog.discard()
  })
})
