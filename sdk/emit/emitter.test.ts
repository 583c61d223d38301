import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WaybillError } from '#domain/errors.ts'
import type { Draft } from '#domain/events/envelope.ts'
import { type ClientOptions, createClient } from '#sdk/createClient.ts'
import { type Fault, startWireServer, type WireServer } from '#testing/wireServer.ts'

const quick: Partial<ClientOptions> = { batch: { lingerMs: 1 }, retry: { firstMs: 1, mostMs: 3 } }

function clientOf(wire: WireServer, options: Partial<ClientOptions> = {}) {
  return createClient({ url: wire.url, key: 'wb_test_key', ...quick, ...options })
}

function textsIn(wire: WireServer, jobId: string): string[] {
  const events = wire.jobs.get(jobId)?.events ?? []
  return events.flatMap((event) => (event.type === 'step.output' ? [event.payload.text] : []))
}

const faults: fc.Arbitrary<Fault | undefined> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 5,
    arbitrary: fc.constantFrom<Fault>(
      { kind: 'reset-before' },
      { kind: 'reset-after' },
      { kind: 'half-answer' },
      { kind: 'html-200' },
      { kind: 'status', status: 502 },
      { kind: 'status', status: 413 },
      { kind: 'status', status: 302 },
      { kind: 'status', status: 404 },
      { kind: 'status', status: 503, code: 'BUSY', retryAfter: '0' },
      { kind: 'status', status: 429 },
    ),
  },
)

describe('emitting', () => {
  it('records every event exactly once and in order, whatever the network does to the requests', async () => {
    await using wire = await startWireServer()
    await fc.assert(
      fc.asyncProperty(
        fc.array(faults, { maxLength: 12 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 200, max: 5000 }),
        async (script, events, perBatch, bytes) => {
          const jobId = wire.addJob()
          wire.faultOf = () => script.shift()
          // A proxy's 413 for a lone event is a verdict: it may lose that event, but only by saying so.
          const refused: string[] = []
          await using client = clientOf(wire, {
            batch: { events: perBatch, bytes, lingerMs: 1 },
            onRefused: (draft, error) => {
              expect(error.code).toBe('BODY_TOO_LARGE')
              refused.push(draft.type === 'step.output' ? draft.payload.text : draft.type)
            },
          })
          const sent = Array.from({ length: events }, (_, index) => `line ${index}`)
          for (const [index, text] of sent.entries()) {
            await client.job(jobId).output(text)
            if (index % 7 === 3) await client.job(jobId).flush()
          }
          await client.flush()
          const recorded = textsIn(wire, jobId)
          expect(recorded).toEqual(sent.filter((text) => recorded.includes(text)))
          expect(sent.filter((text) => !recorded.includes(text) && !refused.includes(text))).toEqual([])
          expect(client.stats()).toEqual({
            buffered: 0,
            bufferedBytes: 0,
            delivered: sent.length - refused.length,
            refused: refused.length,
            dropped: 0,
          })
        },
      ),
      { numRuns: 60 },
    )
  })

  it('repeats a lost acknowledgement of the final event under the same ids, and is told that it is recorded', async () => {
    await using wire = await startWireServer()
    const jobId = wire.addJob()
    const script: Fault[] = [{ kind: 'reset-after' }]
    wire.faultOf = () => script.shift()
    await using client = clientOf(wire)
    const job = client.job(jobId)
    await job.start()
    await job.complete({ ok: true })
    expect(wire.jobs.get(jobId)?.events.map((event) => event.type)).toEqual([
      'job.created',
      'job.started',
      'job.completed',
    ])
    expect(new Set(wire.requests.map((request) => request.body)).size).toBe(1)
    expect(wire.requests).toHaveLength(2)
  })

  it('hands refused events to onRefused with the reason and records all others', async () => {
    await using wire = await startWireServer()
    const jobId = wire.addJob()
    const refused: { draft: Draft; error: WaybillError }[] = []
    await using client = clientOf(wire, { onRefused: (draft, error) => refused.push({ draft, error }) })
    const job = client.job(jobId)
    await job.start()
    const step = await job.step('build')
    await step.output('one\n')
    await step.complete()
    await step.output('too late\n')
    await job.emit({ type: 'step.progress', payload: { stepId: 'other', completed: -1 } })
    await job.output('two\n')
    await job.complete()
    await job.output('after the end\n')
    await job.flush()
    expect(refused.map(({ draft, error }) => [draft.type, error.code])).toEqual([
      ['step.progress', 'INVALID_INPUT'],
      ['step.output', 'STEP_CLOSED'],
      ['step.output', 'JOB_CLOSED'],
    ])
    expect(textsIn(wire, jobId)).toEqual(['one\n', 'two\n'])
  })

  it('rejects the next flush with the first refusal when nobody else is told, and then goes on', async () => {
    await using wire = await startWireServer()
    const jobId = wire.addJob()
    await using client = clientOf(wire)
    const job = client.job(jobId)
    await job.complete().then(
      () => expect.unreachable(),
      (error: WaybillError) => expect([error.code, error.details.refused]).toEqual(['JOB_NOT_RUNNING', 1]),
    )
    await job.output('still here')
    await job.flush()
    expect(textsIn(wire, jobId)).toEqual(['still here'])
  })

  it('refuses everything behind the end of a job with one request instead of one for each event', async () => {
    await using wire = await startWireServer()
    const jobId = wire.addJob()
    let refused = 0
    await using client = clientOf(wire, { onRefused: () => refused++ })
    const job = client.job(jobId)
    await job.fail({ code: 'E', message: 'no' })
    const before = wire.requests.length
    for (let count = 0; count < 400; count++) await job.output('late')
    await job.flush()
    expect(refused).toBe(400)
    expect(wire.requests.length - before).toBeLessThan(10)
  })

  it('cuts a request smaller when a proxy finds it too large', async () => {
    await using wire = await startWireServer()
    const jobId = wire.addJob()
    wire.faultOf = ({ body }) => (body.length > 3000 ? { kind: 'status', status: 413 } : undefined)
    await using client = clientOf(wire)
    const texts = Array.from({ length: 100 }, (_, index) => `${index}`)
    for (const text of texts) await client.job(jobId).output(text)
    await client.flush()
    expect(textsIn(wire, jobId)).toEqual(texts)
  })

  it('isolates the one event that makes the server fail, and records the others', async () => {
    await using wire = await startWireServer()
    const jobId = wire.addJob()
    wire.faultOf = ({ body }) =>
      body.includes('poison') ? { kind: 'status', status: 500, code: 'INTERNAL' } : undefined
    const refused: Draft[] = []
    await using client = clientOf(wire, { onRefused: (draft) => refused.push(draft) })
    for (const text of ['a', 'b', 'poison', 'c']) await client.job(jobId).output(text)
    await client.flush()
    expect(textsIn(wire, jobId)).toEqual(['a', 'b', 'c'])
    expect(refused).toHaveLength(1)
  })

  it('waits as long as Retry-After says', async () => {
    await using wire = await startWireServer()
    const jobId = wire.addJob()
    const script: Fault[] = [{ kind: 'status', status: 503, code: 'UNAVAILABLE', retryAfter: '1' }]
    wire.faultOf = () => script.shift()
    const waits: number[] = []
    await using client = clientOf(wire, { onRetry: ({ waitMs }) => waits.push(waitMs) })
    await client.job(jobId).output('x')
    await client.flush()
    expect(waits[0]).toBeGreaterThanOrEqual(1000)
    expect(textsIn(wire, jobId)).toEqual(['x'])
  })

  it('repeats a request that is never answered', async () => {
    await using wire = await startWireServer()
    const jobId = wire.addJob()
    const script: Fault[] = [{ kind: 'hang' }]
    wire.faultOf = () => script.shift()
    await using client = clientOf(wire, { requestMs: 50 })
    await client.job(jobId).output('x')
    await client.flush()
    expect(textsIn(wire, jobId)).toEqual(['x'])
    expect(wire.requests).toHaveLength(2)
  })

  it('gives up after retry.giveUpMs and says which events were not delivered', async () => {
    await using wire = await startWireServer()
    const jobId = wire.addJob()
    wire.faultOf = () => ({ kind: 'reset-before' })
    const refused: string[] = []
    await using client = clientOf(wire, {
      retry: { firstMs: 1, mostMs: 5, giveUpMs: 30 },
      onRefused: (_, error) => refused.push(error.code),
    })
    await client.job(jobId).output('x')
    await client.job(jobId).output('y')
    await client.flush()
    expect(refused).toEqual(['SERVER_UNREACHABLE', 'SERVER_UNREACHABLE'])
  })

  it('keeps what an event said when it was emitted, even if its owner changes it before it is sent', async () => {
    await using wire = await startWireServer()
    const jobId = wire.addJob()
    await using client = clientOf(wire, { batch: { lingerMs: 30 } })
    const messages = ['first']
    await client.job(jobId).tool({ tool: 'chat', arguments: messages })
    messages.push('second')
    await client.flush()
    expect(wire.jobs.get(jobId)?.events.at(-1)?.payload).toMatchObject({ arguments: ['first'] })
  })

  it('hands back what is not known to be recorded when close is cut short; sent again, nothing is there twice', async () => {
    await using wire = await startWireServer()
    const jobId = wire.addJob()
    let requests = 0
    const patience = new AbortController()
    wire.faultOf = () => {
      requests++
      if (requests > 2) patience.abort()
      return requests === 1 ? undefined : { kind: requests === 2 ? 'reset-after' : 'hang' }
    }
    // Only full batches go on their own, or a slow machine would cut them elsewhere.
    const client = clientOf(wire, { batch: { events: 2, lingerMs: 60_000 } })
    const job = client.job(jobId)
    for (const text of ['a', 'b', 'c', 'd', 'e']) await job.output(text)
    const unsent = await client.close({ signal: patience.signal })
    expect(unsent.map(({ draft }) => draft.payload)).toMatchObject([{ text: 'c' }, { text: 'd' }, { text: 'e' }])
    await expect(job.output('f')).rejects.toMatchObject({ code: 'UNAVAILABLE' })

    wire.faultOf = () => undefined
    await using later = clientOf(wire)
    for (const { draft } of unsent) await later.job(jobId).emit(draft)
    await later.flush()
    expect(textsIn(wire, jobId)).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('sends the events of two jobs independently: one that is stuck does not hold up the other', async () => {
    await using wire = await startWireServer()
    const [stuck, free] = [wire.addJob(), wire.addJob()]
    wire.faultOf = ({ path }) => (path.includes(stuck) ? { kind: 'status', status: 503, code: 'BUSY' } : undefined)
    const client = clientOf(wire)
    await client.job(stuck).output('x')
    await client.job(free).output('y')
    await client.job(free).flush()
    expect(textsIn(wire, free)).toEqual(['y'])
    expect(await client.close({ signal: AbortSignal.abort() })).toHaveLength(1)
  })

  it('creates a job once, however often the request has to be repeated', async () => {
    await using wire = await startWireServer()
    const script: Fault[] = [{ kind: 'reset-before' }, { kind: 'reset-after' }, { kind: 'status', status: 502 }]
    wire.faultOf = () => script.shift()
    await using client = clientOf(wire)
    const job = await client.jobs.create({ action: 'deploy', inputs: { repo: 'a' } })
    expect(wire.jobs.size).toBe(1)
    expect(wire.jobs.get(job.id)?.events[0]?.payload).toMatchObject({ action: 'deploy', inputs: { repo: 'a' } })
    expect(wire.requests[0]?.headers.authorization).toBe('Bearer wb_test_key')
  })
})
