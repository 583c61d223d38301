import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventTypes } from '#domain/events/catalogue.ts'
import type { Draft, Event } from '#domain/events/envelope.ts'
import { type Door, emit, eventsOf, headOf, makeJob, readFrames, send } from '#testing/httpDoor.ts'
import { refusals } from '#testing/httpRefusals.ts'
import { jobRefusals } from '#testing/jobRefusals.ts'
import { collectEvents, openTrpc, type TrpcClient } from '#testing/trpcDoor.ts'
import { failure, wholeStory } from '#testing/wholeStory.ts'

/** What every way into the server must do alike. */
export function describeHttpContract(name: string, openDoor: () => Promise<Door>): void {
  describe(name, () => {
    let door: Door

    beforeAll(async () => {
      door = await openDoor()
    }, 240_000)

    afterAll(async () => {
      await door[Symbol.asyncDispose]()
    })

    it('creates a job once, whoever asks again with the same requestId', async () => {
      const json = { requestId: randomUUID(), action: 'deploy', inputs: { env: 'prod' }, title: 'Deploy' }
      const first = await send(door, { path: '/api/jobs', json })
      const again = await send(door, { path: '/api/jobs', json })
      const { id } = first.body as { id: string }
      expect([first.status, again.status]).toEqual([201, 200])
      expect(first.headers.get('location')).toBe(`/api/jobs/${id}`)
      expect(again.body).toEqual(first.body)
      const other = await send(door, { path: '/api/jobs', json: { ...json, title: 'Another' } })
      expect(other).toMatchObject({ status: 409, body: { code: 'REQUEST_ID_REUSED' } })
    })

    it('serves a status exactly as section 5 says', async () => {
      const requestId = randomUUID()
      const json = { requestId, action: 'deploy', inputs: { env: 'prod' } }
      const { body: job } = await send(door, { path: '/api/jobs', json })
      const { id } = job as { id: string }
      await emit(door, id, [
        { type: 'job.started', payload: {} },
        { type: 'step.output', payload: { stepId: 's', stream: 'stdout', text: 'one\ntwo\n' } },
        { type: 'step.output', payload: { stepId: 's', stream: 'stderr', text: 'three' } },
        { type: 'job.completed', payload: { output: { ok: true } } },
      ])
      const { headers, body } = await send(door, { path: `/api/jobs/${id}?logs=2` })
      const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      expect(body).toStrictEqual({
        requestId: headers.get('x-request-id'),
        job: {
          id,
          state: 'success',
          createdAt: instant,
          startedAt: instant,
          completedAt: instant,
          output: { ok: true },
          logs: ['two', 'three'],
          metadata: {
            requestId,
            userId: 'ada',
            orgId: expect.stringMatching(/^[0-9a-f-]{36}$/),
            action: 'deploy',
            inputs: { env: 'prod' },
          },
        },
      })
    })

    it('stores only repo and branch of trigger-github-workflow', async () => {
      const secret = `ghp_${'x'.repeat(36)}`
      const inputs = { repo: 'octo/site', branch: 'main', token: secret }
      const json = { requestId: randomUUID(), action: 'trigger-github-workflow', inputs }
      const { body } = await send(door, { path: '/api/jobs', json })
      const { id } = body as { id: string }
      expect(body).toMatchObject({ metadata: { inputs: { repo: 'octo/site', branch: 'main' } } })
      const [created] = await eventsOf(door, id)
      expect(created?.payload).toMatchObject({ inputs: { repo: 'octo/site', branch: 'main' } })
      expect(created?.redactions).toEqual([{ path: '/inputs/token', rule: 'policy:trigger-github-workflow' }])
      expect(JSON.stringify([body, created])).not.toContain(secret)
    })

    it.each(['REST', 'tRPC'] as const)(
      'takes all fourteen types over %s and gives all fifteen back on every way out',
      async (way) => {
        const client = openTrpc(door)
        const record = async (jobId: string, events: Draft[]) =>
          way === 'REST' ? (await emit(door, jobId, events)).body : await client.events.emit.mutate({ jobId, events })
        const job = await client.jobs.create.mutate({ requestId: randomUUID(), action: 'all', inputs: {} })
        expect(await record(job.id, wholeStory)).toMatchObject({ firstSeq: 2, lastSeq: 14 })
        const stored = await eventsOf(door, job.id)
        expect(stored.map((event) => event.seq)).toEqual(Array.from({ length: 14 }, (_, index) => index + 1))
        expect(stored.slice(1).map(({ type, payload }) => ({ type, payload }))).toEqual(wholeStory)
        await expectOnEveryWayOut(client, job.id, stored)

        const failed = await client.jobs.create.mutate({ requestId: randomUUID(), action: 'all', inputs: {} })
        expect(await record(failed.id, [failure])).toMatchObject({ lastSeq: 2 })
        const ended = await eventsOf(door, failed.id)
        await expectOnEveryWayOut(client, failed.id, ended)
        const types = new Set([...stored, ...ended].map((event) => event.type))
        expect([...types].sort()).toEqual([...eventTypes].sort())
      },
    )

    async function expectOnEveryWayOut(client: TrpcClient, jobId: string, stored: Event[]): Promise<void> {
      const head = stored.length
      const listed = await client.events.list.query({ jobId, limit: 1000 })
      expect(listed).toEqual({ events: stored, next: head, head })
      const frames = await readFrames(door, `/runner-jobs/${jobId}/events/stream`)
      const streamed = frames.filter((frame) => frame.event?.includes('.'))
      expect(streamed.map((frame) => JSON.parse(frame.data ?? ''))).toEqual(stored)
      expect(streamed.map((frame) => frame.id)).toEqual(stored.map((event) => String(event.seq)))
      expect(await collectEvents(client, jobId)).toEqual(stored)
    }

    it('acknowledges a repeated event as a duplicate, also after the job is over', async () => {
      const jobId = await makeJob(door, { start: true })
      const last: Draft = { id: randomUUID(), type: 'job.completed', payload: {} }
      await emit(door, jobId, [last])
      const again = await emit(door, jobId, [last])
      expect(again.body).toEqual({
        firstSeq: null,
        lastSeq: null,
        results: [{ id: last.id, seq: 3, duplicate: true }],
      })
    })

    describe('pages of events', () => {
      it('lead from one to the next with RFC 8288 links', async () => {
        const jobId = await makeJob(door)
        await emit(
          door,
          jobId,
          Array.from({ length: 6 }, () => wholeStory[4] as Draft),
        )
        const seen: number[] = []
        for (let path: string | undefined = `/runner-jobs/${jobId}/events?limit=3&types=step.*`; path; ) {
          const { body, headers } = await send(door, { path })
          seen.push(...(body as { events: Event[] }).events.map((event) => event.seq))
          path = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
        }
        expect(seen).toEqual([2, 3, 4, 5, 6, 7])
      })

      it('can be bounded on both sides and filtered by type and step', async () => {
        const jobId = await makeJob(door)
        await emit(door, jobId, wholeStory)
        const seqs = async (query: string) => {
          const { body } = await send(door, { path: `/runner-jobs/${jobId}/events?${query}` })
          return (body as { events: Event[] }).events.map((event) => event.seq)
        }
        expect(await seqs('after=2&before=5')).toEqual([3, 4])
        expect(await seqs('types=gate.*,job.started')).toEqual([3, 11, 12, 13])
        expect(await seqs('stepId=build')).toEqual([4, 5, 6, 10])
      })
    })

    describe('the event stream', () => {
      it('begins where the cursor stands, says when it has caught up, and ends with end', async () => {
        const jobId = await makeJob(door, { start: true })
        const following = readFrames(door, `/runner-jobs/${jobId}/events/stream?after=1`)
        await emit(door, jobId, [{ type: 'job.completed', payload: {} }])
        const frames = await following
        expect(frames[0]).toMatchObject({ retry: expect.stringMatching(/^\d{4}$/) })
        expect(frames.filter((frame) => frame.event).map((frame) => [frame.id, frame.event])).toContainEqual([
          '2',
          'job.started',
        ])
        expect(frames.filter((frame) => frame.event === 'caught-up')).toHaveLength(1)
        expect(frames.at(-1)).toEqual({ id: '3', event: 'end', data: '{"head":3,"state":"success"}' })
      })

      it('lets Last-Event-ID win over after, and answers 204 at the head of a job that is over', async () => {
        const jobId = await makeJob(door, { start: true })
        await emit(door, jobId, [{ type: 'job.completed', payload: {} }])
        const path = `/runner-jobs/${jobId}/events/stream?after=0`
        const frames = await readFrames(door, path, { headers: { 'last-event-id': '2' } })
        expect(frames.filter((frame) => frame.id).map((frame) => frame.id)).toEqual(['3', '3', '3'])
        const done = await send(door, { path, headers: { 'last-event-id': '3' } })
        expect([done.status, done.text]).toEqual([204, ''])
        const byQuery = await readFrames(door, `/runner-jobs/${jobId}/events/stream?after=3`)
        expect(byQuery.map((frame) => frame.event).filter(Boolean)).toEqual(['caught-up', 'end'])
      })

      it('filters what is sent, not what is counted', async () => {
        const jobId = await makeJob(door)
        await emit(door, jobId, wholeStory)
        const frames = await readFrames(door, `/runner-jobs/${jobId}/events/stream?types=gate.*`)
        expect(frames.filter((frame) => frame.event).map((frame) => [frame.id, frame.event])).toEqual([
          ['11', 'gate.started'],
          ['12', 'gate.passed'],
          ['13', 'gate.failed'],
          ['14', 'caught-up'],
          ['14', 'end'],
        ])
      })

      it('cannot be cached, buffered or taken for something else', async () => {
        const jobId = await makeJob(door)
        const ended = new AbortController()
        const { headers } = await fetch(`${door.url}/runner-jobs/${jobId}/events/stream`, {
          headers: { authorization: `Bearer ${door.key}` },
          signal: ended.signal,
        })
        ended.abort()
        expect(headers.get('content-type')).toBe('text/event-stream')
        expect(headers.get('cache-control')).toBe('no-cache, no-transform')
        expect(headers.get('x-accel-buffering')).toBe('no')
        expect(headers.get('waybill-head')).toMatch(/^\d+$/)
        expect(headers.get('x-content-type-options')).toBe('nosniff')
        expect(headers.get('content-encoding')).toBeNull()
      })

      it.each([
        ['after=-1', {}, 400, 'INVALID_INPUT'],
        ['after=x', {}, 400, 'INVALID_INPUT'],
        ['after=1e3', {}, 400, 'INVALID_INPUT'],
        ['after=9007199254740993', {}, 400, 'INVALID_INPUT'],
        ['after=0&after=1', {}, 400, 'INVALID_INPUT'],
        ['', { 'last-event-id': '-1' }, 400, 'INVALID_INPUT'],
        ['', { 'last-event-id': '99999999999999999999' }, 400, 'INVALID_INPUT'],
        ['', { 'last-event-id': 'abc' }, 400, 'INVALID_INPUT'],
        ['after=2', {}, 409, 'CURSOR_AHEAD'],
        ['', { 'last-event-id': '2' }, 409, 'CURSOR_AHEAD'],
        ['types=job.*,step.outputs', {}, 400, 'UNKNOWN_EVENT_TYPE'],
      ])('refuses ?%s with %o before it begins: %i %s', async (query, headers, status, code) => {
        const jobId = await makeJob(door)
        const answer = await send(door, { path: `/runner-jobs/${jobId}/events/stream?${query}`, headers })
        expect(answer).toMatchObject({ status, body: { code, status } })
      })
    })

    describe.each(['REST', 'tRPC'] as const)('over %s', (way) => {
      it.each(refusals)('refuses $name: $status $code, storing nothing', async (refusal) => {
        const jobId = await makeJob(door)
        if (refusal.before) expect((await emit(door, jobId, refusal.before)).status).toBe(200)
        const head = await headOf(door, jobId)
        const answer = await send(door, refusal.request(jobId, way))
        expect(answer.status).toBe(refusal.status)
        const said = sayingOf(answer.body, way)
        expect(said).toMatchObject({ code: refusal.code, detail: expect.stringMatching(refusal.detail) })
        if (refusal.index !== undefined) expect(said).toMatchObject({ index: refusal.index })
        expect(await headOf(door, jobId)).toBe(head)
        const good = await emit(door, jobId, [
          refusal.next ?? { type: 'ai.tool_called', payload: { callId: 'c', tool: 't' } },
        ])
        expect(good.status).toBe(refusal.nextStatus ?? 200)
      })

      it.each(jobRefusals)('makes no job of $name: $status $code', async (refusal) => {
        const path = way === 'REST' ? '/api/jobs' : '/api/trpc/jobs.create'
        const requestId = randomUUID()
        const answer = await send(door, { path, raw: refusal.body.replace('$', requestId) })
        expect(answer.status).toBe(refusal.status)
        const { code, detail } = refusal
        expect(sayingOf(answer.body, way)).toMatchObject({ code, detail: expect.stringMatching(detail) })
        const input = encodeURIComponent(JSON.stringify({ text: requestId }))
        const { body } = await send(door, { path: `/api/trpc/jobs.list?input=${input}` })
        expect(body).toEqual({ result: { data: { jobs: [], next: null } } })
        const good = await send(door, { path, json: { requestId, action: 'a', inputs: {} } })
        expect(good.status).toBe(way === 'REST' ? 201 : 200)
      })
    })

    it.each([
      ['/runner-jobs/$/events?limit=1001', /1000 at \/limit/],
      ['/runner-jobs/$/events?limit=0', /\/limit/],
      ['/api/jobs/$?logs=10001', /10000 at \/logs/],
      ['/api/trpc/jobs.list?input={"limit":201}', /200 at \/limit/],
      ['/api/trpc/events.list?input={"jobId":"$","limit":1001}', /1000 at \/limit/],
      ['/api/trpc/jobs.get?input={"jobId":"$","logs":10001}', /10000 at \/logs/],
    ])('refuses to read %s', async (path, detail) => {
      const answer = await send(door, { path: encodeURI(path.replace('$', await makeJob(door))) })
      expect(answer.status).toBe(400)
      const said = sayingOf(answer.body, path.includes('trpc') ? 'tRPC' : 'REST')
      expect(said).toMatchObject({ code: 'INVALID_INPUT', detail: expect.stringMatching(detail) })
    })

    it('searches output in threads: exact totals, and an end for an expression that has none', async () => {
      const jobId = await makeJob(door, { start: true })
      const text = `one needle\ntwo \x1b[31mnee\x1b[1mdle\x1b[0m\n${'a'.repeat(60)}!\n`
      await emit(door, jobId, [{ type: 'step.output', payload: { stepId: 'build', stream: 'stdout', text } }])
      const search = async (q: string) => {
        const answer = await send(door, { path: `/runner-jobs/${jobId}/search?q=${encodeURIComponent(q)}` })
        expect(answer).toMatchObject({ status: 200 })
        return JSON.parse(answer.text.trimEnd().split('\n').at(-1) ?? '')
      }
      expect(await search('needle')).toMatchObject({ type: 'done', scanned: 3, total: 2 })
      expect(await search('/^(a+)+$/')).toMatchObject({ type: 'failed', problem: { code: 'SEARCH_TOO_SLOW' } })
      expect(await search('/NEEDLE/i -one')).toMatchObject({ type: 'done', total: 1 })
    })

    describe('sessions', () => {
      it('are given for a key, carried by a cookie, and ended', async () => {
        const origin = door.url
        const made = await send(door, { path: '/api/session', key: null, json: { key: door.key }, headers: { origin } })
        expect(made).toMatchObject({ status: 200, body: { user: 'ada', scopes: ['emit', 'read', 'admin'] } })
        const setCookie = made.headers.get('set-cookie') ?? ''
        expect(setCookie).toMatch(/^waybill_\d+=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/)
        const cookie = setCookie.split(';')[0] ?? ''
        const who = () => send(door, { path: '/api/session', key: null, headers: { cookie } })
        expect((await who()).body).toEqual(made.body)
        const out = await send(door, { method: 'DELETE', path: '/api/session', key: null, headers: { cookie, origin } })
        expect(out.status).toBe(204)
        expect(out.headers.get('set-cookie')).toMatch(/Max-Age=0/)
      })

      it.each([
        ['POST', '/api/session', { key: 'x' }],
        ['POST', '/api/jobs', {}],
        ['POST', '/api/trpc/jobs.create', {}],
        ['DELETE', '/api/session', undefined],
      ])("refuse another site's %s %s", async (method, path, json) => {
        const answer = await send(door, { method, path, json, headers: { origin: 'https://evil.example' } })
        expect(answer.status).toBe(403)
        expect(sayingOf(answer.body, path.includes('trpc') ? 'tRPC' : 'REST')).toMatchObject({ code: 'ORIGIN_REFUSED' })
      })

      it.each([
        [{ key: `wb_0123456789abcdef_${'a'.repeat(43)}` }, 401, 'UNAUTHENTICATED'],
        [{ token: 'a'.repeat(43) }, 401, 'LOGIN_TOKEN_INVALID'],
        [{}, 400, 'INVALID_INPUT'],
        [{ key: 'a', token: 'b' }, 400, 'INVALID_INPUT'],
      ])('are not given for %o', async (json, status, code) => {
        const answer = await send(door, { path: '/api/session', key: null, json })
        expect(answer).toMatchObject({ status, body: { code } })
        expect(answer.headers.get('set-cookie')).toBeNull()
      })
    })

    it('answers what it does not know with problems that name the request', async () => {
      for (const path of ['/api/nothing', '/api/jobs/x/y', '/runner-jobs/', '/runner-jobs/x', '/api']) {
        const answer = await send(door, { path })
        expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND', status: 404 } })
        expect(answer.headers.get('content-type')).toBe('application/problem+json')
        expect(answer.body).toMatchObject({ requestId: answer.headers.get('x-request-id') })
      }
    })

    it.each([
      ['PUT', '/api/jobs', 'POST'],
      ['DELETE', '/api/jobs/x', 'GET, HEAD'],
      ['PATCH', '/runner-jobs/x/events', 'POST, GET, HEAD'],
      ['POST', '/livez', 'GET, HEAD'],
      ['OPTIONS', '/api/session', 'POST, GET, HEAD, DELETE'],
    ])('says what is allowed instead of %s %s', async (method, path, allow) => {
      const answer = await send(door, { method, path })
      expect(answer).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' } })
      expect(answer.headers.get('allow')).toBe(allow)
    })

    it('is alive, ready and described without a key', async () => {
      expect(await send(door, { path: '/livez', key: null })).toMatchObject({ status: 200, text: 'ok\n' })
      expect(await send(door, { path: '/readyz', key: null })).toMatchObject({ status: 200, text: 'ready\n' })
      const { body } = await send(door, { path: '/readyz?verbose', key: null })
      expect(body).toMatchObject({ status: 'ready', database: 'up' })
      const openapi = await send(door, { path: '/openapi.json', key: null })
      expect(openapi.body).toMatchObject({
        openapi: '3.1.0',
        paths: { '/runner-jobs/{jobId}/events': { get: {}, post: {} } },
      })
      const head = await send(door, { method: 'HEAD', path: '/livez', key: null })
      expect([head.status, head.text]).toEqual([200, ''])
    })

    it('tells its figures to a key with the scope admin alone', async () => {
      const answer = await send(door, { path: '/metrics' })
      expect(answer).toMatchObject({ status: 200, text: expect.stringMatching(/^waybill_events_recorded_total \d+$/m) })
      const refused = await send(door, { path: '/metrics', key: door.readKey })
      expect(refused).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    })

    it('serves nothing that could be cached, framed or sniffed', async () => {
      const { headers } = await send(door, { path: '/api/session' })
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      })
    })

    it('runs batched calls each by itself, and bounds their number', async () => {
      const jobId = await makeJob(door)
      const input = encodeURIComponent(JSON.stringify({ 0: { jobId }, 1: { jobId: 'none' } }))
      const mixed = await send(door, { path: `/api/trpc/jobs.get,jobs.get?batch=1&input=${input}` })
      expect(mixed.status).toBe(207)
      expect(mixed.body).toMatchObject([{ result: {} }, { error: { data: { code: 'NOT_FOUND' } } }])
      const many = `/api/trpc/${Array.from({ length: 51 }, () => 'session.get').join(',')}?batch=1`
      expect(await send(door, { path: many })).toMatchObject({
        status: 400,
        body: { error: { data: { code: 'INVALID_INPUT' } } },
      })
      const commas = await send(door, { path: `/api/trpc/${','.repeat(40)}?batch=1` })
      expect(commas.status).toBe(404)
    })
  })
}

/** The code, detail and index that an answer carries, wherever this way puts them. */
function sayingOf(body: unknown, way: 'REST' | 'tRPC'): unknown {
  return way === 'REST' ? body : (body as { error?: { data?: unknown } }).error?.data
}
