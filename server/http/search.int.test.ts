import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Draft } from '#domain/events/envelope.ts'
import type { Hit, SearchMessage } from '#domain/search/messages.ts'
import { serveApi } from '#server/http/serveApi.ts'
import { type ApiServer, openApiServer } from '#testing/apiServer.ts'
import { emptyDirectory } from '#testing/commandLine.ts'
import { emit, makeJob, send } from '#testing/httpDoor.ts'
import { waitFor } from '#testing/waitFor.ts'

let server: ApiServer
let door: { url: string; key: string }

beforeAll(async () => {
  server = await openApiServer()
  door = { url: server.url, key: (await server.newKey(await server.newOrg())).key }
})

afterAll(() => server[Symbol.asyncDispose]())

function output(text: string, stepId = 'build', stream: 'stdout' | 'stderr' = 'stdout'): Draft {
  return { type: 'step.output', payload: { stepId, stream, text } }
}

async function jobWith(...events: Draft[]): Promise<string> {
  const jobId = await makeJob(door, { start: true })
  for (let at = 0; at < events.length; at += 1000) {
    expect((await emit(door, jobId, events.slice(at, at + 1000))).status).toBe(200)
  }
  return jobId
}

async function messagesOf(jobId: string, query: Record<string, string>): Promise<SearchMessage[]> {
  const { status, text, headers } = await send(door, {
    path: `/runner-jobs/${jobId}/search?${new URLSearchParams(query)}`,
  })
  expect({ status, type: headers.get('content-type') }).toEqual({ status: 200, type: 'application/x-ndjson' })
  expect(text.endsWith('\n')).toBe(true)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

type Found = Extract<SearchMessage, { type: 'done' }> & { hits: Hit[] }

async function search(jobId: string, q: string, query: Record<string, string> = {}): Promise<Found> {
  const messages = await messagesOf(jobId, { q, ...query })
  const last = messages.at(-1)
  if (last?.type !== 'done') throw new Error(`no end: ${JSON.stringify(last)}`)
  return { ...last, hits: messages.flatMap((message) => (message.type === 'hits' ? message.hits : [])) }
}

/** Lines of a build: colours, several lines an event, two streams; with a little chance of everything. */
function buildOutput(lines: number): { events: Draft[]; raw: string } {
  const events: Draft[] = []
  let raw = ''
  for (let n = 0; n < lines; ) {
    let text = ''
    for (let i = 0; i <= n % 4 && n < lines; i++, n++) {
      const colour = n % 5 === 0 ? '\x1b[33m' : ''
      const what = n % 97 === 0 ? 'Timeout of 30000ms' : n % 13 === 0 ? 'timeout: retrying' : 'compiled'
      text += `${colour}[${n}] ${what} src/file-${n % 211}.ts (${n % 400} ms)${colour && '\x1b[0m'} ünïcode €\n`
    }
    raw += text
    events.push(output(text, 'build', n % 7 === 0 ? 'stderr' : 'stdout'))
  }
  return { events, raw }
}

describe('a search', () => {
  it('says as many lines as grep does on the raw output', async () => {
    const { events, raw } = buildOutput(20_000)
    const jobId = await jobWith(...events)
    const file = join(emptyDirectory(), 'raw.log')
    writeFileSync(file, raw)
    const grep = (...args: string[]) =>
      Number(execFileSync('env', ['LC_ALL=C.UTF-8', 'grep', '-c', ...args, file], { encoding: 'utf8' }))
    const questions: [q: string, args: string[]][] = [
      ['timeout', ['-i', '-F', 'timeout']],
      ['Timeout', ['-F', 'Timeout']],
      ['"ünïcode €"', ['-F', 'ünïcode €']],
      ['/file-1[0-9]{2}\\.ts/', ['-E', 'file-1[0-9]{2}\\.ts']],
      ['/RETRYING|compiled/i', ['-i', '-E', 'retrying|compiled']],
      ['/\\(7 ms\\)/', ['-E', '\\(7 ms\\)']],
      ['/\\d{5}/', ['-P', '\\d{5}']],
    ]
    for (const [q, args] of questions) {
      const { total, scanned } = await search(jobId, q)
      expect({ q, total, scanned }).toEqual({ q, total: grep(...args), scanned: 20_000 })
      expect(total).toBeGreaterThan(40)
    }
    // Half projected or not at all, and once it is: the same.
    await waitFor(async () => (await server.services.projector.lag()).events === 0)
    expect((await search(jobId, 'timeout')).total).toBe(grep('-i', '-F', 'timeout'))
    expect((await search(jobId, '-timeout')).total).toBe(grep('-i', '-v', '-F', 'timeout'))
  })

  it('lists hits with their line, event and place, the density, and what it looked through', async () => {
    const jobId = await jobWith(
      output('one\ntwo \x1b[1mneedle\x1b[0m\n'),
      output('three\n'),
      output('a needle, needle\n', 'test', 'stderr'),
    )
    const messages = await messagesOf(jobId, { q: 'needle' })
    expect(messages[0]).toEqual({ type: 'start', query: 'needle', lines: 4, head: 5 })
    const { hits, ...done } = await search(jobId, 'needle')
    expect(hits).toMatchObject([
      { line: 2, seq: 3, scope: '1/1/build', stream: 'stdout', text: 'two needle', ranges: [[4, 10]] },
      {
        line: 4,
        seq: 5,
        scope: '1/1/test',
        stream: 'stderr',
        text: 'a needle, needle',
        ranges: [
          [2, 8],
          [10, 16],
        ],
      },
    ])
    expect(done).toMatchObject({
      head: 5,
      scanned: 4,
      total: 2,
      density: { lines: { origin: 1, width: 1, counts: [0, 1, 0, 1] } },
    })
    const page = await server.services.projector.linePage({ orgId: await orgOf(jobId), jobId }, 0)
    expect(hits.map((hit) => page.seqs[hit.line - 1])).toEqual([3, 5])
    expect(hits.map((hit) => page.baseTime + (page.times[hit.line - 1] ?? 0))).toEqual(hits.map((hit) => hit.at))
  })

  it('looks only at what the filter lets through', async () => {
    const jobId = await jobWith(
      { type: 'step.started', payload: { stepId: 'test', name: 'Test' } },
      { type: 'step.started', payload: { stepId: 'e2e', name: 'End-to-end', parentStepId: 'test' } },
      output('failed a\n', 'e2e', 'stderr'),
      output('failed b\n', 'e2e'),
      { type: 'step.completed', payload: { stepId: 'e2e', outcome: 'timeout' } },
      output('failed c\n', 'lint'),
    )
    const lines = async (q: string) => (await search(jobId, q)).hits.map((hit) => hit.text.at(-1)).join('')
    expect(await lines('failed')).toBe('abc')
    expect(await lines('failed step:test')).toBe('ab')
    expect(await lines('step:"Test/End-to-end" kind:stderr')).toBe('a')
    expect(await lines('status:failed')).toBe('ab')
    expect(await lines('status:running')).toBe('c')
    expect(await lines('-step:test')).toBe('c')
    expect(await lines('seq:6')).toBe('b')
    expect(await lines('')).toBe('abc')
  })

  it('lists no more than asked for, from either end of a line, and counts all', async () => {
    const jobId = await jobWith(...Array.from({ length: 1500 }, () => output('hit\n')))
    const listed = async (query: Record<string, string>) => {
      const { total, hits } = await search(jobId, 'hit', query)
      expect(total).toBe(1500)
      return [hits.length, hits[0]?.line, hits.at(-1)?.line]
    }
    expect(await listed({})).toEqual([200, 1, 200])
    expect(await listed({ limit: '1000' })).toEqual([1000, 1, 1000])
    expect(await listed({ limit: '2', after: '1234' })).toEqual([2, 1235, 1236])
    expect(await listed({ limit: '2', before: '1234' })).toEqual([2, 1232, 1233])
    expect(await listed({ limit: '0' })).toEqual([0, undefined, undefined])
  })

  it('ends with the code SEARCH_TOO_SLOW if an expression takes for ever, and the next one works', async () => {
    const jobId = await jobWith(output(`${'a'.repeat(60)}!\n`))
    const messages = await messagesOf(jobId, { q: '/^(a+)+$/' })
    expect(messages.map((message) => message.type)).toEqual(['start', 'failed'])
    expect(messages[1]).toMatchObject({
      problem: { code: 'SEARCH_TOO_SLOW', status: 422, detail: expect.stringContaining('(a+)+') },
    })
    expect((await search(jobId, '/^a+!$/')).total).toBe(1)
    expect(server.logLines.join('')).not.toContain('A search failed')
  })
})

describe('searches', () => {
  it.each([
    ['q=kind:x', 'INVALID_QUERY', /At character 6: After "kind:"/],
    ['q=/(/%20"', 'INVALID_QUERY', /At character 1: .*At character 5: /],
    [`q=${'a'.repeat(1001)}`, 'INVALID_QUERY', /1001 characters; it may have 1000/],
    ['q=a%00b', 'NUL_CHARACTER', /NUL/],
    ['q=a&q=b', 'INVALID_INPUT', /2 times/],
    ['q=a&limit=1001', 'INVALID_INPUT', /limit/],
    ['q=a&limit=-1', 'INVALID_INPUT', /limit/],
    ['q=a&after=x', 'INVALID_INPUT', /after/],
    ['q=a&after=1&before=2', 'INVALID_INPUT', /either after or before/],
  ])('refuse %s', async (query, code, detail) => {
    const jobId = await makeJob(door)
    const answer = await send(door, { path: `/runner-jobs/${jobId}/search?${query}` })
    expect(answer).toMatchObject({ status: 400, body: { code, detail: expect.stringMatching(detail) } })
  })

  it('are refused with TOO_MANY_SEARCHES while all places are taken; a client that leaves frees its own', async () => {
    const jobId = await jobWith(output('hit\n'))
    const path = `/runner-jobs/${jobId}/search?q=hit`
    const { running } = server.services.search
    // Not over a socket, which would hold the whole answer for a client that reads nothing.
    const headers = { authorization: `Bearer ${door.key}` }
    const unread = await Promise.all([1, 2, 3, 4].map(() => serveApi(new Request(`${door.url}${path}`, { headers }))))
    expect(running()).toBe(4)
    const refused = await send(door, { path })
    expect(refused).toMatchObject({
      status: 503,
      body: { code: 'TOO_MANY_SEARCHES', detail: expect.stringContaining('4 searches') },
    })
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(server.logLines.join('')).not.toContain('TOO_MANY_SEARCHES')
    await unread[0]?.body?.cancel()
    expect(running()).toBe(3)
    expect((await search(jobId, 'hit')).total).toBe(1)
    const left = new AbortController()
    left.abort()
    await serveApi(new Request(`${door.url}${path}`, { headers, signal: left.signal }))
    expect(running()).toBe(3)
    await Promise.all(unread.map((response) => response.body?.cancel()))
    expect(running()).toBe(0)
  })

  it("find nothing in another organisation's job, which is not there", async () => {
    const jobId = await jobWith(output('secret\n'))
    const { key } = await server.newKey(await server.newOrg())
    const foreign = await send({ url: door.url, key }, { path: `/runner-jobs/${jobId}/search?q=secret` })
    expect(foreign).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    const none = await send(door, { path: `/runner-jobs/${randomUUID()}/search?q=secret` })
    expect(none.status).toBe(404)
  })
})

async function orgOf(jobId: string): Promise<string> {
  const [row] = await server.services.sql<{ org_id: string }[]>`select org_id from jobs where id = ${jobId}`
  return row?.org_id ?? ''
}
