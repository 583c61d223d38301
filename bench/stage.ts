import { createTestDatabase } from '#testing/database.ts'
import { testValkeyUrl } from '#testing/valkey.ts'
import { type RunningWaybill, startWaybill } from '#testing/waybill.ts'

export type Stage = AsyncDisposable & {
  server: RunningWaybill
  /** as the owner */
  databaseUrl: string
  key: string
}

/** A server of its own on a fresh database, with real PostgreSQL and Valkey behind it. */
export async function openStage(): Promise<Stage> {
  const database = await createTestDatabase()
  const server = await startWaybill({
    databaseUrl: database.url,
    valkeyUrl: testValkeyUrl(),
    // The inspector costs nothing until bench/lookInside.ts wakes it, then on a port of its own.
    env: { LOG_LEVEL: 'warn', NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --inspect-port=127.0.0.1:0` },
  })
  return {
    server,
    databaseUrl: database.url,
    key: server.key ?? '',
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}
