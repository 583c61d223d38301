import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Event } from '#domain/events/envelope.ts'
import { createClient } from '#sdk/createClient.ts'
import { emptyDirectory } from '#testing/commandLine.ts'
import { createTestDatabase } from '#testing/database.ts'
import { eventsOf } from '#testing/httpDoor.ts'
import { testValkeyUrl } from '#testing/valkey.ts'
import { startWaybill } from '#testing/waybill.ts'

const LINES = 6000

describe('the client against a real server', () => {
  it('loses and repeats nothing, emitting and following, while the server is killed twice and comes back', async () => {
    const dataDir = join(emptyDirectory(), 'data')
    await using database = await createTestDatabase()
    const settings = { databaseUrl: database.url, valkeyUrl: testValkeyUrl(), dataDir }
    let server = await startWaybill(settings)
    const caller = { url: server.url, key: server.key ?? '' }
    const port = Number(new URL(server.url).port)
    const retry = { firstMs: 20, mostMs: 200 }
    await using client = createClient({ ...caller, retry, batch: { events: 50, lingerMs: 5 }, buffer: { events: 400 } })
    const job = await client.jobs.create({ action: 'test', title: 'killed twice' })

    const seen: Event[] = []
    const following = (async () => {
      for await (const event of job.follow()) seen.push(event)
    })()
    const emitting = (async () => {
      await job.start()
      for (let line = 0; line < LINES; line++) await job.output(`${line}\n`)
      await job.complete()
    })()
    try {
      for (const kills of [1, 2]) {
        while (seen.length < (kills * LINES) / 3) await new Promise((resolve) => setTimeout(resolve, 5))
        await server.kill9()
        server = await startWaybill({ ...settings, port })
      }
      await Promise.all([emitting, following])
      const expected = Array.from({ length: LINES }, (_, line) => `${line}\n`)
      const texts = seen.flatMap((event) => (event.type === 'step.output' ? [event.payload.text] : []))
      expect(texts).toEqual(expected)
      expect(seen.map(({ seq }) => seq)).toEqual(Array.from({ length: LINES + 3 }, (_, index) => index + 1))
      expect(await eventsOf(caller, job.id)).toEqual(seen)
      expect(client.stats()).toMatchObject({ delivered: LINES + 2, buffered: 0, refused: 0, dropped: 0 })
    } finally {
      await server[Symbol.asyncDispose]()
    }
  }, 240_000)

  it('speaks to every procedure it offers, and hears the server in its own words', async () => {
    await using database = await createTestDatabase()
    await using server = await startWaybill({ databaseUrl: database.url, valkeyUrl: testValkeyUrl() })
    await using client = createClient({ url: server.url, key: server.key ?? '' })
    const requestId = 'deploy-4821'
    const job = await client.jobs.create({
      requestId,
      action: 'deploy',
      inputs: { branch: 'main' },
      labels: { a: 'b' },
    })
    expect(
      (await client.jobs.create({ requestId, action: 'deploy', inputs: { branch: 'main' }, labels: { a: 'b' } })).id,
    ).toBe(job.id)
    await expect(client.jobs.create({ requestId, action: 'other' })).rejects.toMatchObject({
      code: 'REQUEST_ID_REUSED',
    })

    await job.start()
    await job.output('one\ntwo\n')
    await job.flush()
    expect((await job.get({ logs: 1 })).job).toMatchObject({ state: 'running', logs: ['two'] })
    expect(await client.jobs.summary(job.id)).toMatchObject({ head: 3, action: 'deploy' })
    expect((await client.jobs.list({ action: 'deploy', state: 'running' })).jobs.map(({ id }) => id)).toEqual([job.id])
    const wrong = job.append([{ type: 'job.started', payload: {} }])
    await expect(wrong).rejects.toMatchObject({ code: 'JOB_RUNNING', details: { index: 0, status: 409 } })
    const behind = job.append([{ type: 'step.started', payload: { stepId: 'a', name: 'A' } }], { expectedSeq: 2 })
    await expect(behind).rejects.toMatchObject({ code: 'SEQ_MISMATCH' })
    const inTime = await job.append([{ type: 'step.started', payload: { stepId: 'a', name: 'A' } }], { expectedSeq: 3 })
    expect(inTime).toMatchObject({ firstSeq: 4, lastSeq: 4 })
    await job.complete({ url: 'https://example.org' })

    await expect(client.jobs.get('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const stranger = createClient({ url: server.url, key: 'wb_0000000000000000_nobody' })
    await expect(stranger.jobs.get(job.id)).rejects.toMatchObject({ code: 'UNAUTHENTICATED', details: { status: 401 } })
    const unread = stranger.job(job.id).follow()
    await expect(unread.next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })
})
