import { describe, expect, it } from 'vitest'
import type { StepView } from '#domain/job/replay.ts'
import { parseQuery } from '#domain/search/parseQuery.ts'
import { encodeChunk, type LineSource } from '#domain/view/lineChunk.ts'
import type { Ended, SearchTask } from '#server/search/protocol.ts'
import { startScan } from '#server/search/scan.ts'

const start = Date.UTC(2026, 10, 22, 9)
const build: LineSource = { scope: '1/1/build', stepId: 'build', stream: 'stdout', style: '' }
const errors: LineSource = { scope: '1/1/test', stepId: 'test', stream: 'stderr', style: '' }
const steps: StepView[] = [
  stepOf('build', { endedAt: new Date(start + 2000).toISOString(), outcome: 'success' }),
  stepOf('test', {}),
]

function stepOf(stepId: string, ended: Partial<StepView>): StepView {
  const started = { startedSeq: 1, endedSeq: null, startedAt: new Date(start).toISOString(), endedAt: null }
  return {
    attempt: 1,
    stepId,
    run: 1,
    name: stepId,
    kind: null,
    parentStepId: null,
    explicit: true,
    outcome: null,
    ...started,
    ...ended,
  }
}

function taskOf(filter: string, more: Partial<SearchTask> = {}): SearchTask {
  const { query, errors } = parseQuery(filter)
  if (query === null) throw new Error(errors[0].message)
  return { query, steps, now: start + 60_000, isFinal: false, limit: 200, after: 0, before: null, ...more }
}

/** Line n is event n + 1, one a second; even ones are of `build`, odd ones stderr of `test`. */
function search(task: SearchTask, texts: readonly string[], chunkLines = 3): Ended {
  const scan = startScan(task)
  const hits = []
  for (let first = 0; first < texts.length; first += chunkLines) {
    const part = texts.slice(first, first + chunkLines)
    const numbers = part.map((_, i) => first + i + 1)
    const seqs = numbers.map((line) => line + 1)
    const times = numbers.map((line) => start + line * 1000)
    const source = numbers.map((line) => line % 2)
    scan.take(encodeChunk({ firstLine: first, seqs, times, source, sources: [build, errors], texts: part }))
    hits.push(...scan.report().hits)
  }
  const ended = scan.end()
  return { ...ended, hits: [...hits, ...ended.hits] }
}

const linesOf = (ended: Ended) => ended.hits.map((hit) => hit.line)

describe('a search', () => {
  it('tells of each hit where it is and what matched', () => {
    const { hits, total, scanned } = search(taskOf('out'), ['a', 'b', 'time out', 'shout out'])
    expect({ total, scanned }).toEqual({ total: 2, scanned: 4 })
    expect(hits).toEqual([
      {
        line: 3,
        seq: 4,
        at: start + 3000,
        scope: '1/1/test',
        stream: 'stderr',
        text: 'time out',
        from: 0,
        ranges: [[5, 8]],
      },
      {
        line: 4,
        seq: 5,
        at: start + 4000,
        scope: '1/1/build',
        stream: 'stdout',
        text: 'shout out',
        from: 0,
        ranges: [
          [2, 5],
          [6, 9],
        ],
      },
    ])
  })

  it('finds what is shown: escape sequences stripped, what was overwritten gone', () => {
    const texts = [
      '\x1b[31mer\x1b[1mror\x1b[0m',
      '10%\r50%\rdone',
      '\x1b]8;;https://e.org/error\x1b\\link\x1b]8;;\x1b\\',
      '31m',
    ]
    expect(search(taskOf('error'), texts).hits).toMatchObject([{ line: 1, text: 'error', ranges: [[0, 5]] }])
    expect(linesOf(search(taskOf('31m'), texts))).toEqual([4])
    expect(linesOf(search(taskOf('50%'), texts))).toEqual([])
    expect(linesOf(search(taskOf('/^done$/'), texts))).toEqual([2])
    expect(linesOf(search(taskOf('e.org'), texts))).toEqual([])
  })

  it.each([
    ['kind:stderr', [1, 3, 5]],
    ['kind:output', [1, 2, 3, 4, 5]],
    ['kind:gate', []],
    ['step:build', [2, 4]],
    ['-step:build', [1, 3, 5]],
    ['status:running', [1, 3, 5]],
    ['status:passed', [2, 4]],
    ['dur:>10s', [1, 3, 5]],
    ['seq:3..5', [2, 3, 4]],
    ['tool:bash', []],
    ['-tool:bash -x', [1, 2, 3, 4, 5]],
    ['', [1, 2, 3, 4, 5]],
  ])('for %j lists lines %j', (filter, lines) => {
    const ended = search(taskOf(filter), ['a', 'b', 'c', 'd', 'e'])
    expect(linesOf(ended)).toEqual(lines)
    expect(ended.total).toBe(lines.length)
  })

  it('calls what is open in a job that is over unfinished', () => {
    expect(linesOf(search(taskOf('status:unfinished', { isFinal: true }), ['a', 'b']))).toEqual([1])
    expect(linesOf(search(taskOf('status:unfinished'), ['a', 'b']))).toEqual([])
  })

  it('lists as many as are asked for, from either end of a place, and counts all', () => {
    const texts = Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? 'hit' : 'miss'))
    const listed = (more: Partial<SearchTask>) => {
      const ended = search(taskOf('hit', more), texts)
      expect(ended.total).toBe(25)
      return linesOf(ended)
    }
    expect(listed({ limit: 3 })).toEqual([1, 3, 5])
    expect(listed({ limit: 3, after: 5 })).toEqual([7, 9, 11])
    expect(listed({ limit: 3, before: 9 })).toEqual([3, 5, 7])
    expect(listed({ limit: 3, before: 1000 })).toEqual([45, 47, 49])
    expect(listed({ limit: 3, before: 1 })).toEqual([])
    expect(listed({ limit: 0 })).toEqual([])
  })

  it('counts hits along the lines and through time', () => {
    const texts = Array.from({ length: 3000 }, (_, n) => (n === 0 || n >= 2990 ? 'hit' : 'miss'))
    const { density, total } = search(taskOf('hit'), texts, 1000)
    expect(total).toBe(11)
    expect(density.lines).toMatchObject({ origin: 1, width: 4 })
    expect(density.lines.counts.map((count, bucket) => [bucket, count]).filter(([, count]) => count)).toEqual([
      [0, 1],
      [747, 2],
      [748, 4],
      [749, 4],
    ])
    const { origin, width, counts } = density.time
    expect(origin).toBe(start + 1000)
    expect(counts[0]).toBe(1)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(11)
    expect(counts.length * width).toBeGreaterThanOrEqual(2_999_000)
  })

  it('sends the part of a long line that matches, without half characters', () => {
    const { hits } = search(taskOf('needle'), [`${'😀'.repeat(1000)}a needle${'b'.repeat(1000)}`])
    const [hit] = hits
    expect(hit?.ranges).toEqual([[2002, 2008]])
    expect(hit?.text.slice(2002 - (hit?.from ?? 0), 2008 - (hit?.from ?? 0))).toBe('needle')
    expect(hit?.text.length).toBe(500)
    expect(hit?.text.isWellFormed()).toBe(true)
  })
})
