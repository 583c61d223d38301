import { describe, expect, it } from 'vitest'
import { type ClientOptions, createClient } from '#sdk/createClient.ts'
import { startWireServer, type WireServer } from '#testing/wireServer.ts'

function clientOf(wire: WireServer, buffer: ClientOptions['buffer']) {
  const options = { url: wire.url, batch: { lingerMs: 1 }, retry: { firstMs: 1, mostMs: 3 } }
  return createClient({ ...options, ...(buffer && { buffer }) })
}

function outputs(wire: WireServer, jobId: string): string[] {
  return (wire.jobs.get(jobId)?.events ?? []).flatMap((event) =>
    event.type === 'step.output' ? [event.payload.text] : [],
  )
}

describe('a full buffer', () => {
  it('holds the emitter with "wait" until the server has taken something, and keeps the order', async () => {
    await using wire = await startWireServer()
    const jobId = wire.addJob()
    let isDown = true
    wire.faultOf = () => (isDown ? { kind: 'reset-before' } : undefined)
    await using client = clientOf(wire, { events: 3 })
    const job = client.job(jobId)
    for (const text of ['a', 'b', 'c']) await job.output(text)
    let isHeld = true
    const held = [job.output('d'), job.output('e')]
    void held[0]?.then(() => {
      isHeld = false
    })
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(isHeld).toBe(true)
    isDown = false
    await Promise.all(held)
    await job.flush()
    expect(outputs(wire, jobId)).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('counts bytes too, and lets an event pass that is larger than the whole buffer', async () => {
    await using wire = await startWireServer()
    const jobId = wire.addJob()
    await using client = clientOf(wire, { bytes: 100 })
    for (const text of ['a'.repeat(500), 'b', 'c'.repeat(500)]) await client.job(jobId).output(text)
    await client.flush()
    expect(outputs(wire, jobId).map((text) => text.length)).toEqual([500, 1, 500])
  })

  it('flushes the events that were still waiting for room when flush was called', async () => {
    await using wire = await startWireServer()
    const jobId = wire.addJob()
    await using client = clientOf(wire, { events: 1 })
    const job = client.job(jobId)
    const emits = ['a', 'b', 'c', 'd'].map((text) => job.output(text))
    await job.flush()
    expect(outputs(wire, jobId)).toEqual(['a', 'b', 'c', 'd'])
    await Promise.all(emits)
  })

  it('rejects with "fail", naming the bounds, and takes events again once there is room', async () => {
    await using wire = await startWireServer()
    const jobId = wire.addJob()
    await using client = clientOf(wire, { events: 2, whenFull: 'fail' })
    const job = client.job(jobId)
    await Promise.all([job.output('a'), job.output('b')])
    await expect(job.output('c')).rejects.toMatchObject({ code: 'BUFFER_FULL', details: { events: 2 } })
    await job.flush()
    await job.output('d')
    await job.flush()
    expect(outputs(wire, jobId)).toEqual(['a', 'b', 'd'])
  })

  it('records with "drop" a step that says what is missing, in its place, and never drops what state hangs on', async () => {
    await using wire = await startWireServer()
    const jobId = wire.addJob()
    let isDown = true
    wire.faultOf = () => (isDown ? { kind: 'reset-before' } : undefined)
    await using client = clientOf(wire, { events: 4, whenFull: 'drop' })
    const job = client.job(jobId)
    await job.start()
    const step = await job.step('build')
    for (let line = 1; line <= 10; line++) await step.output(`${line}`)
    await step.progress(10)
    await step.complete()
    isDown = false
    await job.flush()
    await job.complete()
    const events = wire.jobs.get(jobId)?.events ?? []
    expect(events.map((event) => event.type)).toEqual([
      'job.created',
      'job.started',
      'step.started',
      'step.output',
      'step.output',
      'step.started',
      'step.completed',
      'step.completed',
      'job.completed',
    ])
    expect(outputs(wire, jobId)).toEqual(['1', '2'])
    expect(events[5]?.payload).toMatchObject({ kind: 'waybill.gap' })
    expect(events[6]?.payload).toMatchObject({
      outcome: 'skip',
      error: { code: 'BUFFER_FULL', message: expect.stringContaining('8 step.output, 1 step.progress') },
    })
    expect(client.stats().dropped).toBe(9)
  })

  it('records a gap at its end with flush even if nothing is emitted any more', async () => {
    await using wire = await startWireServer()
    const jobId = wire.addJob()
    await using client = clientOf(wire, { events: 1, whenFull: 'drop' })
    const job = client.job(jobId)
    await Promise.all([job.output('a'), job.output('b'), job.output('c')])
    await job.flush()
    expect(wire.jobs.get(jobId)?.events.at(-1)?.payload).toMatchObject({ error: { code: 'BUFFER_FULL' } })
  })
})
