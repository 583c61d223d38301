import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ClientOptions, createClient } from '#sdk/createClient.ts'
import type { FollowOptions, FollowStatus } from '#sdk/follow/follow.ts'
import { type Fault, startWireServer, type WireServer } from '#testing/wireServer.ts'

const quick: Partial<ClientOptions> = { batch: { lingerMs: 0 }, retry: { firstMs: 1, mostMs: 3 } }

async function finishedJob(wire: WireServer, lines: number): Promise<string> {
  await using client = createClient({ url: wire.url, ...quick })
  const job = await client.jobs.create({ action: 'test' })
  await job.start()
  for (let line = 0; line < lines; line++) await job.output(`${line}`)
  await job.complete()
  return job.id
}

async function transcript(wire: WireServer, jobId: string, options: FollowOptions & Partial<ClientOptions> = {}) {
  await using client = createClient({ url: wire.url, ...quick, ...options })
  const seqs: number[] = []
  const events = client.job(jobId).follow(options)
  for (;;) {
    const { done, value } = await events.next()
    if (done) return { seqs, end: value }
    seqs.push(value.seq)
  }
}

/** A server whose event stream writes exactly what the test says, one script for each connection. */
async function startScripted(scripts: ((response: ServerResponse) => void)[]) {
  const seen: { lastEventId: string | undefined; path: string }[] = []
  const server = createServer((request, response) => {
    seen.push({ lastEventId: request.headers['last-event-id'] as string | undefined, path: request.url ?? '' })
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const script = scripts.shift()
    if (script) script(response)
    else response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    seen,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const frame = (seq: number, type = 'step.output') => `id: ${seq}\nevent: ${type}\ndata: {"seq":${seq}}\n\n`
const end = (head: number) => `id: ${head}\nevent: end\ndata: {"head":${head},"state":"success"}\n\n`

describe('follow', () => {
  it('yields each event once and in order, wherever the connection is cut, and returns how the job ended', async () => {
    await using wire = await startWireServer()
    const jobId = await finishedJob(wire, 8)
    const head = wire.jobs.get(jobId)?.events.length ?? 0
    const all = Array.from({ length: head }, (_, index) => index + 1)
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.constantFrom<Fault>({ kind: 'reset-before' }, { kind: 'html-200' }, { kind: 'status', status: 503 }),
            fc.integer({ min: 1, max: 1200 }),
          ),
          { maxLength: 8 },
        ),
        fc.integer({ min: 0, max: head }),
        async (script, after) => {
          const cutting: typeof fetch = async (input, init) => {
            const next = script.shift()
            if (typeof next === 'object') wire.faultOf = () => next
            const response = await fetch(input, init).finally(() => {
              wire.faultOf = () => undefined
            })
            return typeof next === 'number' && response.body
              ? new Response(cutBody(response.body, next), { status: response.status, headers: response.headers })
              : response
          }
          const result = await transcript(wire, jobId, { after, fetch: cutting })
          expect(result.seqs).toEqual(all.slice(after))
          expect(result.end).toMatchObject({ head, state: 'success' })
        },
      ),
      { numRuns: 60 },
    )
  })

  it('stays after history and yields what comes later', async () => {
    await using wire = await startWireServer()
    await using client = createClient({ url: wire.url, ...quick })
    const job = await client.jobs.create({ action: 'test' })
    const states: FollowStatus['state'][] = []
    const following = transcript(wire, job.id, {
      onStatus: (status) => {
        states.push(status.state)
        if (status.state === 'live') void job.start().then(() => job.complete())
      },
    })
    expect((await following).seqs).toEqual([1, 2, 3])
    expect(states).toEqual(['connecting', 'catching-up', 'live'])
  })

  it('never shows a hole: it comes back for the missing event', async () => {
    await using server = await startScripted([
      (response) => response.end(frame(1) + frame(3)),
      (response) => response.end(frame(2) + frame(3) + end(3)),
    ])
    const seqs = await seqsOf(server.url)
    expect(seqs).toEqual([1, 2, 3])
    expect(server.seen.map(({ lastEventId }) => lastEventId)).toEqual([undefined, '1'])
    expect(server.seen[0]?.path).toContain('after=0')
  })

  it('says so when a server keeps a hole', async () => {
    await using server = await startScripted(Array(10).fill((response: ServerResponse) => response.end(frame(2))))
    await expect(seqsOf(server.url)).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' })
    expect(server.seen).toHaveLength(5)
  })

  it('drops what it has had before and heeds retry', async () => {
    const waits: number[] = []
    await using server = await startScripted([
      (response) => response.end(`retry: 40\n\n${frame(1)}${frame(2)}`),
      (response) => response.end(frame(1) + frame(2) + frame(3) + end(3)),
    ])
    const seqs = await seqsOf(server.url, {
      onStatus: (status) => status.state === 'waiting' && waits.push(status.waitMs),
    })
    expect(seqs).toEqual([1, 2, 3])
    expect(waits).toHaveLength(1)
    expect(waits[0]).toBeGreaterThanOrEqual(20)
    expect(waits[0]).toBeLessThanOrEqual(60)
  })

  it('notices a half-open connection by its silence, and keeps one that has a heart-beat', async () => {
    const beats: ReturnType<typeof setInterval>[] = []
    await using server = await startScripted([
      (response) => response.write(frame(1)),
      (response) => {
        beats.push(setInterval(() => response.write(': hb\n\n'), 20))
        setTimeout(() => response.end(frame(2) + end(2)), 200)
      },
    ])
    const seqs = await seqsOf(server.url, { silenceMs: 80 })
    for (const beat of beats) clearInterval(beat)
    expect(seqs).toEqual([1, 2])
    expect(server.seen).toHaveLength(2)
  })

  it('does not take a slow reader for a silent server', async () => {
    await using server = await startScripted([(response) => response.end(frame(1) + frame(2) + end(2))])
    await using client = createClient({ url: server.url, ...quick, silenceMs: 30 })
    const seqs: number[] = []
    for await (const event of client.job('j').follow()) {
      await new Promise((resolve) => setTimeout(resolve, 60))
      seqs.push(event.seq)
    }
    expect(seqs).toEqual([1, 2])
    expect(server.seen).toHaveLength(1)
  })

  it('asks how the job ended when a reconnect is answered with 204', async () => {
    await using wire = await startWireServer()
    const jobId = await finishedJob(wire, 1)
    let connections = 0
    const losingEnd: typeof fetch = async (input, init) => {
      const response = await fetch(input, init)
      if (!String(input).includes('/stream') || ++connections > 1 || !response.body) return response
      const text = (await response.text()).replace(/id: \d+\nevent: (caught-up|end)\n.*\n\n/g, '')
      return new Response(text, { headers: response.headers })
    }
    const { seqs, end: jobEnd } = await transcript(wire, jobId, { fetch: losingEnd })
    expect(seqs).toEqual([1, 2, 3, 4])
    expect(jobEnd).toMatchObject({ head: 4, state: 'success' })
    expect(connections).toBe(2)
  })

  it('asks only for the types it was told, and ends although the last event is none of them', async () => {
    await using wire = await startWireServer()
    const jobId = await finishedJob(wire, 3)
    expect(await transcript(wire, jobId, { types: ['step.output'] })).toEqual({
      seqs: [3, 4, 5],
      end: { head: 6, state: 'success' },
    })
  })

  it('throws what no reconnect can mend', async () => {
    await using wire = await startWireServer()
    const jobId = await finishedJob(wire, 1)
    await expect(transcript(wire, 'nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(transcript(wire, jobId, { after: 99 })).rejects.toMatchObject({ code: 'CURSOR_AHEAD' })
    const connects = wire.requests.filter(({ path }) => path.includes('/stream'))
    expect(connects).toHaveLength(2)
  })

  it('ends with the reason of its signal, and closes the connection when the reader leaves', async () => {
    await using wire = await startWireServer()
    const jobId = wire.addJob()
    const abort = new AbortController()
    const stopped = transcript(wire, jobId, {
      signal: abort.signal,
      onStatus: (s) => s.state === 'live' && abort.abort('enough'),
    })
    await expect(stopped).rejects.toBe('enough')
    await using client = createClient({ url: wire.url, ...quick })
    for await (const event of client.job(jobId).follow()) {
      expect(event.seq).toBe(1)
      break
    }
    await expect.poll(() => wire.jobs.get(jobId)?.watchers.size).toBe(0)
  })
})

async function seqsOf(url: string, options: FollowOptions & Partial<ClientOptions> = {}): Promise<number[]> {
  await using client = createClient({ url, ...quick, ...options })
  const seqs: number[] = []
  for await (const event of client.job('j').follow({ ...options })) seqs.push(event.seq)
  return seqs
}

/** The first bytes of a body, then a broken connection. */
function cutBody(body: ReadableStream<Uint8Array>, bytes: number): ReadableStream<Uint8Array> {
  let left = bytes
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk.subarray(0, left))
        left -= chunk.length
        if (left <= 0) controller.error(new TypeError('terminated'))
      },
    }),
  )
}
