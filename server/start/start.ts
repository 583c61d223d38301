import { ensureLocalKey } from '#server/auth/localKey.ts'
import { readEnv, settlePagesMode } from '#server/env.ts'
import { createLogger } from '#server/logger.ts'
import { openServices, provideServices } from '#server/services.ts'
import { buildPages } from '#server/start/buildPages.ts'
import { closeServer } from '#server/start/closeServer.ts'
import { findDatabases } from '#server/start/findDatabases.ts'
import { migrateDatabase } from '#server/start/migrateDatabase.ts'
import { openPages } from '#server/start/openPages.ts'
import { assertPortFree, openSocket } from '#server/start/openSocket.ts'
import type { Progress } from '#server/start/progress.ts'
import { projectRoot } from '#server/start/projectRoot.ts'
import type { Shutdown } from '#server/start/shutdown.ts'
import { surviveErrors } from '#server/start/surviveErrors.ts'
import { throughOutages } from '#server/start/throughOutages.ts'
import { welcomeLines } from '#server/start/welcome.ts'

/**
 * From nothing to serving: settings, databases, schema, pages, socket. Each phase says when it is done; what it opened
 * is closed by `shutdown`, also when a later phase fails.
 *
 * @throws WaybillError whose message is what the user has to do
 */
export async function start(options: {
  isDevelopment: boolean
  progress: Progress
  shutdown: Shutdown
}): Promise<void> {
  const { isDevelopment, progress, shutdown } = options
  const env = readEnv()
  settlePagesMode(isDevelopment ? 'development' : 'production')
  const log = createLogger({ level: env.logLevel })
  surviveErrors(log, () => shutdown.begin('An unexpected error', 1))
  await assertPortFree(env)

  const databases = await progress.phase('databases', async (say) =>
    shutdown.opened.adopt(await findDatabases(env, say), (it) => it.stop()),
  )
  const { services, key } = await progress.phase('schema', async (say) => {
    await throughOutages(() => migrateDatabase(databases.databaseUrl, say), say)
    const services = shutdown.opened.adopt(
      await throughOutages(() => openServices({ env, log, ...databases }), say),
      (it) => it.close(),
    )
    return { services, key: await throughOutages(() => ensureLocalKey(services.sql, env.dataDir), say) }
  })
  provideServices(services)
  const pages = await progress.phase('pages', async (say) => {
    if (!isDevelopment) await buildPages(projectRoot, say)
    return shutdown.opened.adopt(await openPages({ ...env, root: projectRoot, isDevelopment }), (it) => it.close())
  })
  shutdown.opened.adopt(await openSocket({ ...env, pages, isDraining: () => services.draining }), async (server) => {
    services.draining = true
    const closed = closeServer(server)
    // Streams would go on for as long as their jobs do; their readers come back with their last id.
    await services.live.close()
    await closed
  })
  const notes = key.note === null ? databases.notes : [key.note, ...databases.notes]
  for (const line of await welcomeLines(services, key, notes)) progress.say(line)
}
