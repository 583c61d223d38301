import { expect, test } from 'vitest'
import { OutputSearch, type Search } from '#components/timeline/data/outputSearch.ts'
import type { Hit, SearchMessage } from '#domain/search/messages.ts'

const hit = (line: number): Hit => ({
  line,
  seq: line,
  at: 0,
  scope: '1/1/s',
  stream: 'stdout',
  text: '',
  from: 0,
  ranges: [[0, 1]],
})
const density = { lines: { origin: 0, width: 1, counts: [] }, time: { origin: 0, width: 1, counts: [] } }
const done = (head: number, total: number): SearchMessage => ({ type: 'done', head, scanned: head, total, density })

/** A server with hits in these lines, one event each; `head` may be moved on. */
function serverOf(lines: number[], head: number) {
  const asked: string[] = []
  const server = { head, asked, isAway: false }
  const search: Search = async function* ({ query, limit = 200, after, before }) {
    asked.push(query)
    if (server.isAway) throw new TypeError('connection refused')
    const first = Number(/seq:(\d+)\.\./.exec(query)?.[1] ?? 0)
    const found = lines.filter((line) => line >= first && line <= server.head)
    const listed =
      before !== undefined
        ? found.filter((line) => line < before).slice(-limit)
        : found.filter((line) => line > (after ?? 0)).slice(0, limit)
    yield { type: 'hits', hits: listed.map(hit) }
    yield done(server.head, found.length)
  }
  return Object.assign(server, { search })
}

function open(server: ReturnType<typeof serverOf>) {
  return new OutputSearch({
    jobId: 'job',
    query: 'x',
    changed: () => {},
    search: server.search,
    pace: async () => {},
  })
}

test('adds up what it finds while the job goes on, looking at nothing twice', async () => {
  const server = serverOf([2, 5, 9, 11], 6)
  const search = open(server)
  await search.lookThrough(6)
  expect([search.total, search.head]).toEqual([2, 6])
  await search.lookThrough(6)
  server.head = 12
  await search.lookThrough(12)
  expect([search.total, search.head]).toEqual([4, 12])
  expect(server.asked).toEqual(['x', 'x seq:7..'])
})

test('counts nothing of a search that broke off, and looks again', async () => {
  const server = serverOf([2, 5], 6)
  const search = open(server)
  server.isAway = true
  await search.lookThrough(6)
  expect([search.total, search.head, search.problem]).toEqual([0, 0, null])
  server.isAway = false
  await search.lookThrough(6)
  expect(search.total).toBe(2)
})

test('says why a filter cannot be searched for, and asks no more', async () => {
  let asked = 0
  const refuse: Search = async function* () {
    asked++
    yield {
      type: 'failed',
      problem: { type: '', title: '', status: 400, code: 'INVALID_QUERY', detail: 'No.', requestId: '' },
    }
  }
  const search = new OutputSearch({ jobId: 'j', query: '"', changed: () => {}, search: refuse, pace: async () => {} })
  await search.lookThrough(6)
  await search.lookThrough(7)
  expect([search.problem, asked]).toEqual(['No.', 1])
})

test('asks again when the server has too much to do', async () => {
  const server = serverOf([2], 6)
  let isBusy = true
  const busy: Search = async function* (options) {
    if (!isBusy) return yield* server.search(options)
    yield {
      type: 'failed',
      problem: { type: '', title: '', status: 503, code: 'TOO_MANY_SEARCHES', detail: 'Later.', requestId: '' },
    }
  }
  const search = new OutputSearch({ jobId: 'j', query: 'x', changed: () => {}, search: busy, pace: async () => {} })
  await search.lookThrough(6)
  expect(search.problem).toBe('Later.')
  isBusy = false
  await search.lookThrough(6)
  expect([search.problem, search.total]).toEqual([null, 1])
})

test('goes from hit to hit and round at both ends', async () => {
  const search = open(serverOf([2, 5, 9], 10))
  expect(await search.next(null, 1)).toBe(1)
  expect(await search.next(1, 1)).toBe(4)
  expect(await search.next(8, 1)).toBe(1)
  expect(await search.next(null, -1)).toBe(8)
  expect(await search.next(1, -1)).toBe(8)
  expect(await open(serverOf([], 10)).next(null, 1)).toBeNull()
})
