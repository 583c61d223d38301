import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { emit, eventsOf, readFrames, send } from '#testing/httpDoor.ts'
import { startValkey } from '#testing/valkey.ts'
import { waitFor } from '#testing/waitFor.ts'
import { startWaybill } from '#testing/waybill.ts'

const secret = `ghp_${'Zx9'.repeat(12)}`
const inputs = { repo: 'octo/kept-and-found', branch: 'main', token: secret, nested: { deep: [secret] } }

/** Files below the directory that hold this text; those of the database hold strings as they are. */
function filesWith(directory: string, text: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text))
}

/** Everything that anybody says to this Valkey from now on. */
async function overhear(url: string): Promise<{ said: () => string } & Disposable> {
  const client = new Redis(url)
  const commands: string[] = []
  const monitor = await client.monitor()
  monitor.on('monitor', (_time: string, args: string[]) => commands.push(args.join(' ')))
  return {
    said: () => commands.join('\n'),
    [Symbol.dispose]: () => {
      monitor.disconnect()
      client.disconnect()
    },
  }
}

test('a token in the inputs of trigger-github-workflow leaves no trace on disk, in Valkey, in the log or in an answer', async () => {
  await using valkey = await startValkey()
  using valkeyTraffic = await overhear(valkey.url)
  await using server = await startWaybill({ valkeyUrl: valkey.url, env: { LOG_LEVEL: 'trace' } })
  const caller = { url: server.url, key: server.key ?? '' }
  await waitFor(() => valkeyTraffic.said() !== '')
  const action = 'trigger-github-workflow'
  const made = await send(caller, { path: '/api/jobs', json: { requestId: 'r1', action, inputs } })
  const { id } = made.body as { id: string }
  const answers = [
    made,
    await send(caller, { path: '/api/trpc/jobs.create', json: { requestId: 'r2', action, inputs } }),
    // Refusals quote what is wrong with a request, and this is what they must not quote.
    await send(caller, { path: '/api/jobs', json: { requestId: 'r1', action: 'another', inputs } }),
    await send(caller, { path: '/api/jobs', json: { requestId: 'r3', action, inputs, token: secret } }),
    await send(caller, { path: '/api/jobs', json: { requestId: 'r3', action, inputs: secret } }),
    await send(caller, { path: '/api/jobs', raw: `{"requestId":"r3","inputs":{"token":"${secret}"` }),
    await send(caller, { path: '/api/trpc/jobs.create', raw: `{"token":${secret}}` }),
    await send(caller, { path: `/api/jobs/${id}` }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([201, 200, 409, 400, 400, 400, 400, 200])
  await emit(caller, id, [
    { type: 'job.started', payload: {} },
    { type: 'job.completed', payload: {} },
  ])
  const frames = await readFrames(caller, `/runner-jobs/${id}/events/stream`)
  const stored = await eventsOf(caller, id)
  expect(stored[0]).toMatchObject({
    payload: { action, inputs: { repo: 'octo/kept-and-found', branch: 'main' } },
    redactions: expect.arrayContaining([{ path: '/inputs/token', rule: 'policy:trigger-github-workflow' }]),
  })
  expect(JSON.stringify([answers.map(({ text }) => text), frames, stored])).not.toContain(secret)

  await waitFor(() => valkeyTraffic.said().includes('octo/kept-and-found'))
  expect(valkeyTraffic.said()).not.toContain(secret)
  expect(await server.stop()).toBe(0)
  expect(server.stdout() + server.stderr()).not.toContain(secret)
  // What was kept is found there, in tables and in the log of changes, so the token would be found as well.
  expect(filesWith(server.dataDir, 'octo/kept-and-found').length).toBeGreaterThan(1)
  expect(filesWith(server.dataDir, secret)).toEqual([])
})
