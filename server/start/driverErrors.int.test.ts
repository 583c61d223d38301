import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildPages } from '#server/start/buildPages.ts'
import { projectRoot } from '#server/start/projectRoot.ts'
import { createTestDatabase, type TestDatabase } from '#testing/database.ts'
import { type FaultProxy, openFaultProxy } from '#testing/faultProxy.ts'
import { type Caller, emit, makeJob, send } from '#testing/httpDoor.ts'
import { startValkey } from '#testing/valkey.ts'
import { waitFor } from '#testing/waitFor.ts'
import { type RunningWaybill, startWaybill } from '#testing/waybill.ts'

const opened = new AsyncDisposableStack()
let testDatabase: TestDatabase
let database: FaultProxy
let valkey: FaultProxy
let server: RunningWaybill
let door: Caller

beforeAll(async () => {
  await buildPages(projectRoot, () => {})
  testDatabase = opened.use(await createTestDatabase())
  const databaseUrl = new URL(testDatabase.url)
  database = opened.use(await openFaultProxy(Number(databaseUrl.port)))
  databaseUrl.port = String(database.port)
  valkey = opened.use(await openFaultProxy(opened.use(await startValkey()).port))
  server = opened.use(
    await startWaybill({ databaseUrl: databaseUrl.href, valkeyUrl: `redis://127.0.0.1:${valkey.port}` }),
  )
  door = { url: server.url, key: server.key ?? '' }
}, 240_000)

afterAll(() => opened.disposeAsync())

const garbage = () =>
  Buffer.from('\u0000\u00ff\r\n$-7\r\nE\u0000\u0000\u0000\u0002HTTP/1.1 400 Bad Request\r\n\r\n', 'latin1')

/** Replaces the next answer that holds this by what no server says. */
function spoil(proxy: FaultProxy, pattern: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = proxy.intercept('toClient', pattern, ({ chunk, cut }) => {
    stop()
    resolve()
    // Garbage, then the end of the connection: nothing else on it could be believed.
    cut()
    return Buffer.concat([chunk.subarray(0, chunk.length >> 1), garbage()])
  })
  return promise
}

/** Leaves in the middle of a request, or of what is answered. */
async function resetClients(jobId: string): Promise<void> {
  const { port } = new URL(server.url)
  const head = `Host: x\r\nAuthorization: Bearer ${door.key}\r\n`
  const requests = [
    `POST /runner-jobs/${jobId}/events HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{"ev`,
    `GET /runner-jobs/${jobId}/events/stream HTTP/1.1\r\n${head}\r\n`,
    `GET /api/trpc/events.follow?input=${encodeURIComponent(JSON.stringify({ jobId }))} HTTP/1.1\r\n${head}\r\n`,
    `GET /jobs/${jobId} HTTP/1.1\r\n${head}\r\n`,
  ]
  for (const request of [...requests, ...requests]) {
    const socket = connect(Number(port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write(request)
    await Promise.race([once(socket, 'data'), new Promise((resolve) => setTimeout(resolve, 50))])
    socket.resetAndDestroy()
  }
}

const faults: Record<string, (jobId: string) => Promise<unknown> | unknown> = {
  'all connections to PostgreSQL are reset': () => database.cut(),
  'all connections to Valkey are reset': () => valkey.cut(),
  'PostgreSQL ends all its backends': async () => {
    const sql = postgres(testDatabase.url, { max: 1 })
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`
    await sql.end()
  },
  // ReadyForQuery, with which every answer of PostgreSQL ends.
  'PostgreSQL answers with garbage': () => spoil(database, 'Z\u0000\u0000\u0000\u0005'),
  'Valkey answers with garbage': () => spoil(valkey, '\r\n'),
  'PostgreSQL takes no connections': async () => {
    database.refuse(true)
    database.cut()
    await new Promise((resolve) => setTimeout(resolve, 1500))
    database.refuse(false)
  },
  'Valkey takes no connections': async () => {
    valkey.refuse(true)
    valkey.cut()
    await new Promise((resolve) => setTimeout(resolve, 1500))
    valkey.refuse(false)
  },
  'clients leave in the middle of what they say or hear': resetClients,
}

const output = () =>
  ({ id: randomUUID(), type: 'step.output', payload: { stepId: 's', stream: 'stdout', text: 'x\n' } }) as const

it.each(Object.entries(faults))('lives on, records and follows when %s', async (_what, hurt) => {
  const said = server.stderr().length
  let jobId = ''
  // The fault before may still be felt.
  await waitFor(async () => {
    jobId = await makeJob(door, { start: true }).catch(() => '')
    return jobId !== ''
  })
  let isEmitting = true
  const emitting = (async () => {
    while (isEmitting) await emit(door, jobId, [output()]).catch(() => null)
  })()
  await hurt(jobId)
  const last = output()
  await waitFor(async () => (await emit(door, jobId, [last]).catch(() => null))?.status === 200)
  isEmitting = false
  await emitting
  const leaving = new AbortController()
  const init = { headers: { authorization: `Bearer ${door.key}` }, signal: leaving.signal }
  await waitFor(async () => {
    const { status, body } = await fetch(`${door.url}/runner-jobs/${jobId}/events/stream`, init)
    if (status !== 200 || body === null) return false
    let text = ''
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      text += chunk
      if (text.includes('event: caught-up')) break
    }
    return text.includes(last.id)
  })
  leaving.abort()
  // The last resort (surviveErrors.ts) was not needed: every error had somebody who listened.
  expect(server.stderr().slice(said)).not.toMatch(
    /caught by nobody|failed outside of any request|rejected and nobody looked|Unhandled error event/,
  )
  expect(process.kill(server.pid, 0)).toBe(true)
})

it('has all totals, and ends in order, after all of that', async () => {
  // A query whose answer was lost must not hold the projector up for ever.
  await waitFor(async () => /^waybill_projector_lag_jobs 0$/m.test((await send(door, { path: '/metrics' })).text))
  expect(await server.stop()).toBe(0)
  expect(server.stdout()).toMatch(/\nStopped\n$/)
})
