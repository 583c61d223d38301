import { describe, expect, it } from 'vitest'
import { type ClientOptions, createClient } from '#sdk/createClient.ts'
import { startWireServer } from '#testing/wireServer.ts'

describe('createClient', () => {
  it.each<[string, Partial<ClientOptions>]>([
    ['url', { url: 'localhost:4100' }],
    ['url', { url: 'ftp://host' }],
    ['url', { url: 'http://user:pw@host' }],
    ['key', { key: 'wb_a\n' }],
    ['batch.events', { batch: { events: 1001 } }],
    ['batch.lingerMs', { batch: { lingerMs: Number.NaN } }],
    ['buffer.bytes', { buffer: { bytes: 0 } }],
    ['retry.mostMs', { retry: { firstMs: 10, mostMs: 5 } }],
    ['source', { source: 'x'.repeat(201) }],
  ])('refuses a wrong %s and names it', (name, options) => {
    expect(() => createClient({ url: 'http://w', ...options })).toThrow(
      expect.objectContaining({ code: 'BAD_SETTING', message: expect.stringContaining(name) }),
    )
  })

  it('never shows the key in an error', () => {
    expect(() => createClient({ url: 'http://w', key: 'wb_id_secret ' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    )
  })

  it('works under a path and with slashes at the end of its url', async () => {
    await using wire = await startWireServer()
    const paths: string[] = []
    const recording: typeof fetch = (input, init) => {
      paths.push(new URL(String(input)).pathname)
      return fetch(String(input).replace('/waybill/', '/'), init)
    }
    await using client = createClient({ url: `${wire.url}/waybill//`, fetch: recording })
    const job = await client.jobs.create({ action: 'test' })
    await job.fail({ code: 'E', message: 'm' })
    for await (const event of job.follow()) expect(event.jobId).toBe(job.id)
    expect(paths.every((path) => path.startsWith('/waybill/'))).toBe(true)
    expect(paths).toHaveLength(3)
  })

  it('records every kind of event through the handles of job, step and gate', async () => {
    await using wire = await startWireServer()
    await using client = createClient({ url: wire.url, source: 'host-7' })
    const job = await client.jobs.create({ action: 'agent', title: 'Fix it', labels: { team: 'core' } })
    await job.emit({ type: 'job.queued', payload: { queue: 'main' } })
    await job.start({ runner: 'r1' })
    const step = await job.step('Fix', { id: 'fix', kind: 'agent' })
    await step.progress(1, { total: 2 })
    await step.output('hello\n', 'stderr')
    const inner = await step.step('Inner')
    const callId = await inner.tool({ tool: 'read', arguments: { path: 'a.ts' } })
    await step.tokens({ provider: 'p', model: 'm', inputTokens: 10, outputTokens: 5, callId })
    await step.artifact({ name: 'a.patch', mediaType: 'text/x-diff', bytes: 3 })
    const gate = await step.gate('tests', { kind: 'check' })
    await gate.pass({ reason: 'green' })
    await (await job.gate('review')).fail()
    await inner.complete()
    await step.fail({ code: 'E', message: 'no' }, { exitCode: 2 })
    await job.complete({ ok: true })
    const events = wire.jobs.get(job.id)?.events ?? []
    expect(events.map((event) => event.type)).toEqual([
      'job.created',
      'job.queued',
      'job.started',
      'step.started',
      'step.progress',
      'step.output',
      'step.started',
      'ai.tool_called',
      'ai.tokens_used',
      'ai.artifact_created',
      'gate.started',
      'gate.passed',
      'gate.started',
      'gate.failed',
      'step.completed',
      'step.completed',
      'job.completed',
    ])
    expect(events.slice(1).every((event) => event.source === 'host-7')).toBe(true)
    expect(events[6]?.payload).toEqual({ stepId: 'Inner', name: 'Inner', parentStepId: 'fix' })
    expect(events[7]?.payload).toMatchObject({ stepId: 'Inner', callId })
  })

  it('appends events in one request and says at which seq each is', async () => {
    await using wire = await startWireServer()
    await using client = createClient({ url: wire.url })
    const job = await client.jobs.create({ action: 'test' })
    void job.start()
    const result = await job.append([
      { type: 'step.started', payload: { stepId: 'a', name: 'A' } },
      { type: 'step.completed', payload: { stepId: 'a', outcome: 'success' } },
    ])
    expect(result.results.map(({ seq }) => seq)).toEqual([3, 4])
    const refused = job.append([{ type: 'step.progress', payload: { stepId: 'a', completed: 1 } }])
    await expect(refused).rejects.toMatchObject({ code: 'STEP_CLOSED', details: { index: 0 } })
  })
})
