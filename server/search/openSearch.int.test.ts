import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { isWaybillError } from '#domain/errors.ts'
import type { SearchMessage } from '#domain/search/messages.ts'
import { parseQuery } from '#domain/search/parseQuery.ts'
import { encodeChunk } from '#domain/view/lineChunk.ts'
import { openSearch, type Search, type SearchRequest, type SearchSettings } from '#server/search/openSearch.ts'

const only = { scope: '1/1/s', stepId: 's', stream: 'stdout', style: '' } as const
const opened: Search[] = []
let logged: string[] = []

function open(settings: Partial<SearchSettings> = {}): Search {
  logged = []
  const search = openSearch({ ...settings, log: { error: (message) => logged.push(message) } })
  opened.push(search)
  return search
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((search) => search.close()))
})

function requestOf(filter: string, texts: Iterable<string>, chunkLines = 100): SearchRequest {
  const { query } = parseQuery(filter)
  const all = [...texts]
  async function* chunks() {
    for (let firstLine = 0; firstLine < all.length; firstLine += chunkLines) {
      const part = all.slice(firstLine, firstLine + chunkLines)
      const numbers = part.map((_, i) => firstLine + i + 1)
      const source = part.map(() => 0)
      yield [encodeChunk({ firstLine, seqs: numbers, times: numbers, source, sources: [only], texts: part })]
    }
    return { head: all.length + 1 }
  }
  return {
    task: { query: query ?? { terms: [] }, steps: [], now: 0, isFinal: true, limit: 5, after: 0, before: null },
    output: { head: all.length, lines: all.length, chunks: chunks() },
  }
}

async function allOf(messages: AsyncIterable<SearchMessage>): Promise<SearchMessage[]> {
  const got: SearchMessage[] = []
  for await (const message of messages) got.push(message)
  return got
}

const thousand = Array.from({ length: 1000 }, (_, n) => `line ${n + 1}`)
/** Tries every way to share 40 letters out. */
const catastrophe = { filter: '/^(a+)+$/', texts: [`${'a'.repeat(40)}!`] }

describe('searches', () => {
  it('say what they look through, hits, and in the end the exact total', async () => {
    const messages = await allOf(open().start(requestOf('7', thousand)))
    expect(messages[0]).toEqual({ type: 'start', query: '7', lines: 1000, head: 1000 })
    const hits = messages.flatMap((message) => (message.type === 'hits' ? message.hits : []))
    expect(hits.map((hit) => hit.line)).toEqual([7, 17, 27, 37, 47])
    expect(messages.at(-1)).toMatchObject({ type: 'done', head: 1001, scanned: 1000, total: 271 })
  })

  it('of one thread come out right one after the other and side by side', async () => {
    const search = open({ places: 3 })
    const totalOf = async (filter: string) => (await allOf(search.start(requestOf(filter, thousand)))).at(-1)
    expect(await totalOf('10')).toMatchObject({ total: 21 })
    expect(await totalOf('1000')).toMatchObject({ total: 1 })
    const together = await Promise.all(['9', '99', '999'].map(totalOf))
    expect(together).toMatchObject([{ total: 271 }, { total: 19 }, { total: 1 }])
  })

  it('of an empty job are over at once', async () => {
    const messages = await allOf(open().start(requestOf('a', [])))
    expect(messages.map((message) => message.type)).toEqual(['start', 'done'])
    expect(messages.at(-1)).toMatchObject({ total: 0, scanned: 0, density: { lines: { counts: [] } } })
  })

  it('end with an explanation if an expression takes for ever, and the next one works', async () => {
    const search = open({ stepMs: 300 })
    const failure = await allOf(search.start(requestOf(catastrophe.filter, catastrophe.texts))).catch((error) => error)
    expect(isWaybillError(failure) && failure.code).toBe('SEARCH_TOO_SLOW')
    expect(failure.message).toMatch(/0\.3 s.*\(a\+\)\+/s)
    expect(search.running()).toBe(0)
    expect((await allOf(search.start(requestOf('a', catastrophe.texts)))).at(-1)).toMatchObject({ total: 1 })
    expect(logged).toEqual([])
  })

  it('leave the process responsive meanwhile', async () => {
    const search = open({ stepMs: 500 })
    const end = allOf(search.start(requestOf(catastrophe.filter, catastrophe.texts))).catch((error) => error.code)
    let turns = 0
    const turning = setInterval(() => turns++, 5)
    expect(await end).toBe('SEARCH_TOO_SLOW')
    clearInterval(turning)
    expect(turns).toBeGreaterThan(10)
  })

  it('are refused when all places are taken, and let in when one is free', async () => {
    const search = open({ places: 2 })
    const first = search.start(requestOf('1', thousand))
    const second = search.start(requestOf('1', thousand))
    expect(() => search.start(requestOf('1', thousand))).toThrowError(
      expect.objectContaining({ code: 'TOO_MANY_SEARCHES', message: expect.stringContaining('2 searches') }),
    )
    await first.return()
    expect(search.running()).toBe(1)
    const third = search.start(requestOf('1000', thousand))
    expect((await allOf(third)).at(-1)).toMatchObject({ total: 1 })
    await allOf(second)
    expect(search.running()).toBe(0)
  })

  it('that are left stop reading and give their place back', async () => {
    const search = open({ places: 1 })
    let read = 0
    let isClosed = false
    async function* endless(): AsyncGenerator<string[], { head: number }> {
      try {
        for (;;) {
          read++
          const line = { firstLine: 0, seqs: [1], times: [1], source: [0], sources: [only], texts: ['hit'] }
          yield [encodeChunk(line)]
        }
      } finally {
        isClosed = true
      }
    }
    const request = requestOf('hit', [])
    const messages = search.start({ ...request, output: { head: 1, lines: 1, chunks: endless() } })
    for (let n = 0; n < 4; n++) await messages.next()
    await messages.return()
    const readThen = read
    expect(isClosed).toBe(true)
    expect(search.running()).toBe(0)
    expect((await allOf(search.start(requestOf('1000', thousand)))).at(-1)).toMatchObject({ total: 1 })
    expect(read).toBe(readThen)
  })

  it('keep their place while a thread that nobody waits for is still busy', async () => {
    const search = open({ places: 1, stepMs: 300 })
    const messages = search.start(requestOf(catastrophe.filter, catastrophe.texts))
    await messages.next()
    const next = messages.next().catch((error) => error.code)
    const left = messages.return()
    expect(search.running()).toBe(1)
    expect(await next).toBe('SEARCH_TOO_SLOW')
    await left
    expect(search.running()).toBe(0)
  })

  it('end as a whole when they take too long', async () => {
    const search = open({ wholeMs: 0 })
    await expect(allOf(search.start(requestOf('1', thousand)))).rejects.toMatchObject({
      code: 'SEARCH_TOO_SLOW',
      message: expect.stringMatching(/narrower/),
    })
  })

  it('fail when the lines cannot be read, and the next one works', async () => {
    const search = open()
    async function* broken(): AsyncGenerator<string[], { head: number }> {
      yield ['no chunk at all']
      return { head: 1 }
    }
    const request = requestOf('1', thousand)
    const failed = allOf(search.start({ ...request, output: { head: 1, lines: 1, chunks: broken() } }))
    await expect(failed).rejects.toMatchObject({ code: 'INTERNAL' })
    expect(logged).toEqual(['A search failed'])
    expect((await allOf(search.start(requestOf('1000', thousand)))).at(-1)).toMatchObject({ total: 1 })
  })

  it.each([0, 300])('end when the server goes down %d ms after they began, and none begins then', async (ms) => {
    const search = open({ stepMs: 60_000 })
    const end = allOf(search.start(requestOf(catastrophe.filter, catastrophe.texts))).catch((error) => error.code)
    await sleep(ms)
    await search.close()
    expect(await end).toBe('UNAVAILABLE')
    expect(() => search.start(requestOf('1', thousand))).toThrowError(expect.objectContaining({ code: 'UNAVAILABLE' }))
  })
})
