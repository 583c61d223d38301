import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '#db/client.ts'
import { openAuth } from '#server/auth/openAuth.ts'
import type { Scope } from '#server/auth/principal.ts'
import { freePort } from '#server/embedded/freePort.ts'
import { pagesEnvironment } from '#server/env.ts'
import { buildPages } from '#server/start/buildPages.ts'
import { projectRoot } from '#server/start/projectRoot.ts'
import { createTestDatabase } from '#testing/database.ts'
import { describeHttpContract } from '#testing/httpContract.ts'
import type { Door } from '#testing/httpDoor.ts'
import { trackProcess } from '#testing/processesOf.ts'
import { testServices } from '#testing/services.ts'

describeHttpContract('the door that next start opens', async (): Promise<Door> => {
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await createTestDatabase())
  const keys = await makeKeys(database.url)
  await buildPages(projectRoot, () => {})
  const url = await startNext(opened, database.url)
  const whole = opened.move()
  return { url, ...keys, [Symbol.asyncDispose]: () => whole.disposeAsync() }
})

async function startNext(opened: AsyncDisposableStack, databaseUrl: string): Promise<string> {
  const port = await freePort()
  const next = join(projectRoot, 'node_modules', 'next', 'dist', 'bin', 'next')
  const child = spawn(process.execPath, [next, 'start', '--hostname', '127.0.0.1', '--port', String(port)], {
    cwd: projectRoot,
    stdio: 'ignore',
    env: { ...pagesEnvironment(), DATABASE_URL: databaseUrl },
  })
  await once(child, 'spawn')
  const untrack = trackProcess(testServices().runDirectory, child.pid ?? 0)
  const closed = once(child, 'close')
  opened.defer(async () => {
    // Next waits for open streams for ever; this door is not the one that drains.
    child.kill('SIGKILL')
    await closed
    untrack()
  })
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 600; tries++) {
    const isReady = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    )
    if (isReady) return url
    await sleep(50)
  }
  throw new Error('next start did not become ready')
}

async function makeKeys(databaseUrl: string): Promise<Pick<Door, 'key' | 'readKey' | 'emitKey' | 'foreignKey'>> {
  const sql = openDatabase({ url: databaseUrl, max: 1 })
  const auth = openAuth({ sql, limits: { most: 1, mostPerOrg: 1, ageMs: 1000 }, cookieName: 'unused' })
  const orgs = await sql<{ id: string }[]>`
    insert into orgs (slug, name) values ('one', 'One'), ('other', 'Other') returning id`
  const make = async (org: number, scopes: Scope[]) => {
    const orgId = orgs[org]?.id ?? ''
    return (await auth.createKey({ orgId, userId: 'ada', kind: 'user', name: 'test', scopes, expiresAt: null })).key
  }
  const keys = {
    key: await make(0, ['emit', 'read', 'admin']),
    readKey: await make(0, ['read']),
    emitKey: await make(0, ['emit']),
    foreignKey: await make(1, ['emit', 'read', 'admin']),
  }
  auth.close()
  await sql.end()
  return keys
}
