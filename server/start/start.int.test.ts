import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '#server/embedded/freePort.ts'
import { buildPages } from '#server/start/buildPages.ts'
import { projectRoot } from '#server/start/projectRoot.ts'
import { createTestDatabase } from '#testing/database.ts'
import { type Frame, send } from '#testing/httpDoor.ts'
import { processesOf } from '#testing/processesOf.ts'
import { testServices } from '#testing/services.ts'
import { testValkeyUrl } from '#testing/valkey.ts'
import { makeReachable, startWaybill } from '#testing/waybill.ts'

function newDirectory(): string {
  return makeReachable(mkdtempSync(join(testServices().runDirectory, 'start-')))
}

/** Starts it where it cannot start. */
async function failedStart(env: Record<string, string>): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, ['server/main.ts'], {
    cwd: projectRoot,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      NODE_ENV: 'production',
      PORT: String(await freePort()),
      WAYBILL_DATA_DIR: join(newDirectory(), 'data'),
      ...env,
    },
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const [code] = await once(child, 'close')
  return { code, stderr }
}

describe('a start that cannot go on', () => {
  it('names the process that holds the port, and another port', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as AddressInfo
    const { code, stderr } = await failedStart({ PORT: String(port) })
    holder.close()
    expect(code).toBe(1)
    expect(stderr).toMatch(new RegExp(`^✗ Port ${port} is taken by pid ${process.pid} .*PORT=${port + 1}`))
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it.each<[string, Record<string, string>, RegExp]>([
    ['a port that is none', { PORT: '70000' }, /^✗ PORT must be a TCP port from 1 to 65535/],
    ['an address of another machine', { HOST: '192.0.2.1' }, /^✗ HOST=192\.0\.2\.1 is no address of this machine/],
    [
      'a database that is not there',
      { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/x' },
      /^✗ PostgreSQL does not answer at 127\.0\.0\.1:1 \(ECONNREFUSED\)/,
    ],
    ['a Valkey URL that is none', { VALKEY_URL: 'http://x' }, /^✗ VALKEY_URL must be redis:/],
    [
      'a data directory below a file',
      { WAYBILL_DATA_DIR: '/etc/hostname/data' },
      /^✗ Waybill cannot keep its data in \/etc\/hostname\/data/,
    ],
    [
      'a data directory where the kernel makes none',
      { WAYBILL_DATA_DIR: '/proc/waybill' },
      /^✗ Waybill cannot keep its data in \/proc\/waybill/,
    ],
  ])('says in one line what to do about %s', async (_what, env, line) => {
    const { code, stderr } = await failedStart(env)
    expect(code).toBe(1)
    expect(stderr).toMatch(line)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('does not start without a policy that somebody relies on, and stops what it had started', async () => {
    await using database = await createTestDatabase()
    const dataDir = newDirectory()
    writeFileSync(join(dataDir, 'waybill.config.ts'), 'export default { actions: { deploy: { redactInputs: 7 } } }')
    const { code, stderr } = await failedStart({ DATABASE_URL: database.url, WAYBILL_DATA_DIR: dataDir })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^✗ .*waybill\.config\.ts .*actions\.deploy\.redactInputs: expected a function/)
    expect(processesOf(dataDir)).toEqual([])
  })
})

describe('a server of one command', () => {
  beforeAll(() => buildPages(projectRoot, () => {}), 240_000)

  it('starts on nothing, signs in with its link once, and keeps its key to itself', async () => {
    await using server = await startWaybill()
    const keyFile = join(server.dataDir, 'key')
    expect(statSync(keyFile).mode & 0o777).toBe(0o600)
    expect(readFileSync(keyFile, 'utf8')).toBe(`${server.key}\n`)
    const token = /\/login#([\w-]{43})$/m.exec(server.stdout())?.[1]
    const door = { url: server.url, key: server.key ?? '' }
    const logIn = () =>
      send(door, { path: '/api/session', key: null, json: { token }, headers: { origin: server.url } })
    expect(await logIn()).toMatchObject({ status: 200, body: { user: 'admin', org: 'local' } })
    expect(await logIn()).toMatchObject({ status: 401, body: { code: 'LOGIN_TOKEN_INVALID' } })
    const home = await send(door, { path: '/jobs/x?sel=7', key: null })
    expect([home.status, home.headers.get('location')]).toEqual([307, '/login?next=%2Fjobs%2Fx%3Fsel%3D7'])
    const page = await send(door, { path: '/login', key: null })
    expect(page.status).toBe(200)
    const policy = page.headers.get('content-security-policy') ?? ''
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1]
    expect(policy).toMatch(/script-src 'self' 'nonce-[^']+' 'strict-dynamic';/)
    expect(page.text.match(/<script\b(?![^>]*\bnonce=)/g)).toBeNull()
    expect(page.text).toContain(`nonce="${nonce}"`)
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    expect(page.headers.get('referrer-policy')).toBe('same-origin')
    expect(`${server.stdout()}${server.stderr()}`).not.toContain(server.key)
  })

  it('refuses a second start on the same data, naming the first', async () => {
    await using server = await startWaybill()
    const { code, stderr } = await failedStart({ WAYBILL_DATA_DIR: server.dataDir })
    expect(code).toBe(1)
    expect(stderr).toMatch(new RegExp(`^✗ .* is in use by the Waybill with pid ${server.pid}`))
  })

  it('ends on SIGTERM with 0 while streams are open and requests come in, losing nothing it acknowledged', async () => {
    const dataDir = join(newDirectory(), 'data')
    const acknowledged: number[] = []
    let jobId = ''
    {
      await using server = await startWaybill({ dataDir })
      const door = { url: server.url, key: server.key ?? '' }
      const made = await send(door, { path: '/api/jobs', json: { requestId: 'r', action: 'a', inputs: {} } })
      jobId = (made.body as { id: string }).id
      const streams = Array.from({ length: 50 }, () =>
        fetch(`${server.url}/runner-jobs/${jobId}/events/stream`, { headers: { authorization: `Bearer ${door.key}` } }),
      )
      const subscription = fetch(
        `${server.url}/api/trpc/events.follow?input=${encodeURIComponent(JSON.stringify({ jobId }))}`,
        { headers: { authorization: `Bearer ${door.key}` } },
      )
      const opened = await Promise.all([...streams, subscription])
      let emitting = true
      const emitters = Array.from({ length: 8 }, async () => {
        while (emitting) {
          const event = { type: 'ai.tool_called', payload: { callId: 'c', tool: 't' } }
          const answer = await send(door, { path: `/runner-jobs/${jobId}/events`, json: { events: [event] } }).catch(
            () => null,
          )
          if (answer?.status === 200) acknowledged.push((answer.body as { lastSeq: number }).lastSeq)
          else if (answer === null) emitting = false
        }
      })
      while (acknowledged.length < 200) await new Promise((resolve) => setTimeout(resolve, 10))
      expect(await server.stop()).toBe(0)
      expect(server.stdout()).toMatch(/\nStopped\n$/)
      expect(server.stdout()).not.toContain('Not everything')
      await Promise.all(emitters)
      const texts = await Promise.all(opened.map((response) => response.text()))
      for (const text of texts.slice(0, 50)) {
        expect(framesOf(text).some((frame) => frame.event === 'end')).toBe(false)
      }
      // tRPC's clients take "return" for the end of the job and would not come back.
      expect(texts.at(-1)).not.toContain('event: return')
      expect(processesOf(dataDir)).toEqual([])
    }
    await using again = await startWaybill({ dataDir })
    const door = { url: again.url, key: again.key ?? '' }
    const page = await send(door, { path: `/runner-jobs/${jobId}/events?limit=1` })
    const { head } = page.body as { head: number }
    expect(new Set(acknowledged).size).toBe(acknowledged.length)
    expect(Math.max(...acknowledged)).toBeLessThanOrEqual(head)
    expect(head).toBeGreaterThan(acknowledged.length)
  })

  it('does not outlive npm, when that alone is told to end', async () => {
    await using database = await createTestDatabase()
    await using server = await startWaybill({ databaseUrl: database.url, valkeyUrl: testValkeyUrl(), withNpm: true })
    // as a supervisor does, not a terminal: to this process, and to no group
    await server.stop()
    expect(server.stdout()).toContain('Stopped')
    await expect(fetch(`${server.url}/livez`)).rejects.toThrow()
  })

  it("applies the user's policies to what is stored", async () => {
    await using database = await createTestDatabase()
    const dataDir = newDirectory()
    mkdirSync(dataDir, { recursive: true })
    const policy = 'export default { actions: { deploy: { redactInputs: ({ ref }: { ref: string }) => ({ ref }) } } }'
    writeFileSync(join(dataDir, 'waybill.config.ts'), policy)
    await using server = await startWaybill({ databaseUrl: database.url, valkeyUrl: testValkeyUrl(), dataDir })
    const json = { requestId: 'r', action: 'deploy', inputs: { ref: 'main', note: 'internal' } }
    const { body } = await send({ url: server.url, key: server.key ?? '' }, { path: '/api/jobs', json })
    expect(body).toMatchObject({ metadata: { inputs: { ref: 'main' } } })
    expect(JSON.stringify(body)).not.toContain('internal')
  })
})

function framesOf(text: string): Frame[] {
  return text.split('\n\n').map((frame) => {
    const event = /^event: (.*)$/m.exec(frame)?.[1]
    return event === undefined ? {} : { event }
  })
}
