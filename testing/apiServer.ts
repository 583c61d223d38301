import { mkdtempSync } from 'node:fs'
import type { Server } from 'node:http'
import { join } from 'node:path'
import type { Sql } from 'postgres'
import type { Scope } from '#server/auth/principal.ts'
import type { StreamLimits } from '#server/auth/streamGuard.ts'
import { freePort } from '#server/embedded/freePort.ts'
import { createLogger } from '#server/logger.ts'
import { openServices, provideServices, type Services } from '#server/services.ts'
import { openSocket } from '#server/start/openSocket.ts'
import { createTestDatabase } from '#testing/database.ts'
import { testServices } from '#testing/services.ts'

export type ApiServer = AsyncDisposable & {
  url: string
  services: Services
  server: Server
  logLines: string[]
  /** A new organisation. */
  newOrg(): Promise<string>
  newKey(orgId: string, scopes?: readonly Scope[]): Promise<{ key: string; keyId: string }>
}

export type ApiServerOptions = {
  publicUrl?: string
  valkeyUrl?: string | null
  /** migrated; default: a database of its own */
  databaseUrl?: string
  /** default: those of the settings */
  streams?: Partial<StreamLimits>
}

/** The API behind its real socket in this process; pages answer "page". */
export async function openApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  await using opened = new AsyncDisposableStack()
  const databaseUrl = options.databaseUrl ?? opened.use(await createTestDatabase()).url
  const port = await freePort()
  const logLines: string[] = []
  const services = opened.adopt(
    await openServices({
      env: {
        port,
        host: '127.0.0.1',
        dataDir: mkdtempSync(join(testServices().runDirectory, 'data-')),
        logLevel: 'info',
        searchPath: '',
        streams: { most: 10_000, mostPerOrg: 8000, ageMs: 3_600_000, ...options.streams },
        ...(options.publicUrl !== undefined && { publicUrl: options.publicUrl }),
      },
      log: createLogger({ level: 'info', write: (line) => logLines.push(line) }),
      databaseUrl,
      valkeyUrl: options.valkeyUrl ?? null,
    }),
    (it) => it.close(),
  )
  provideServices(services)
  const pages = {
    handle: async (_request: unknown, response: { end(text: string): unknown }) => void response.end('page'),
  }
  const server = opened.adopt(await openSocket({ host: '127.0.0.1', port, pages }), (it) => {
    it.closeAllConnections()
    return new Promise<void>((resolve) => it.close(() => resolve()))
  })
  const whole = opened.move()
  return {
    url: `http://127.0.0.1:${port}`,
    services,
    server,
    logLines,
    newOrg: () => newOrg(services.sql),
    newKey: async (orgId, scopes = ['emit', 'read', 'admin']) => {
      const made = { orgId, userId: 'ada', kind: 'user', name: 'test', scopes, expiresAt: null } as const
      const { key, record } = await services.auth.createKey(made)
      return { key, keyId: record.id }
    },
    [Symbol.asyncDispose]: () => whole.disposeAsync(),
  }
}

let orgs = 0

async function newOrg(sql: Sql): Promise<string> {
  const slug = `org-${process.pid}-${orgs++}`
  const [row] = await sql<{ id: string }[]>`insert into orgs (slug, name) values (${slug}, ${slug}) returning id`
  return row?.id ?? ''
}
