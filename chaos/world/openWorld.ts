import { randomUUID } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sql } from 'postgres'
import type { RunRecord } from '#chaos/checker/evidence.ts'
import { openJournalReader } from '#chaos/checker/readJournal.ts'
import { type Node, openNode } from '#chaos/world/node.ts'
import { openDatabase } from '#db/client.ts'
import { createKey } from '#server/auth/createKey.ts'
import { allScopes } from '#server/auth/keyRecord.ts'
import { startPostgres, type TestPostgres } from '#testing/postgres.ts'
import { startReaper } from '#testing/reaper.ts'
import { publishServices } from '#testing/services.ts'
import { startValkey, type TestValkey } from '#testing/valkey.ts'

export type Tenant = { orgId: string; key: string }

/** Everything that runs, real and hurtable. */
export type World = AsyncDisposable & {
  postgres: TestPostgres
  valkey: TestValkey
  nodes: [Node, ...Node[]]
  tenants: [Tenant, Tenant]
  /** of the windows as they are now: PostgreSQL renews it with each of its starts */
  epoch(): Promise<string>
  /** past the servers and their proxies, as the owner */
  owner: Sql
  deaths: RunRecord['deaths']
  /** when PostgreSQL was set back, if it was */
  setBacks: RunRecord['setBacks']
}

/** Starts PostgreSQL, Valkey and servers, and makes two organisations. Ends with the process, however that ends. */
export async function openWorld(servers: number): Promise<World> {
  await using opened = new AsyncDisposableStack()
  const runDirectory = mkdtempSync(join(realpathSync(tmpdir()), 'waybill-chaos-'))
  // PostgreSQL does not run as root: the user it runs as must be able to pass.
  chmodSync(runDirectory, 0o755)
  mkdirSync(join(runDirectory, 'processes'))
  const reaper = await startReaper(runDirectory)
  opened.defer(() => reaper.sweep())
  publishServices({ runDirectory, postgresUrl: '', templateDatabase: '', valkeyUrl: '' })
  const postgres = opened.use(await startPostgres({ max_connections: '200' }))
  const valkey = opened.use(await startValkey())
  const deaths: World['deaths'] = []
  const open = async (index: number) => {
    return opened.use(await openNode({ index, postgresUrl: postgres.url, valkeyPort: valkey.port, deaths }))
  }
  const first = await open(0)
  const others = await Promise.all(Array.from({ length: servers - 1 }, (_, index) => open(index + 1)))
  // Alone: it migrates, and builds the pages if nobody has.
  await first.start()
  await Promise.all(others.map((node) => node.start()))
  const owner = openJournalReader(postgres.url)
  opened.defer(() => owner.end({ timeout: 5 }))
  const tenants = await makeTenants(postgres.url)
  const all = opened.move()
  return {
    postgres,
    valkey,
    nodes: [first, ...others],
    tenants,
    epoch: async () => {
      const [instance] = await owner<{ epoch: string }[]>`select epoch from instance`
      return instance?.epoch ?? ''
    },
    owner,
    deaths,
    setBacks: [],
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

async function makeTenants(url: string): Promise<[Tenant, Tenant]> {
  const sql = openDatabase({ url, max: 1 })
  try {
    const make = async (name: string): Promise<Tenant> => {
      const orgId = randomUUID()
      await sql`insert into orgs (id, slug, name) values (${orgId}, ${name}, ${name})`
      const { key } = await createKey(sql, {
        orgId,
        userId: name,
        kind: 'service',
        name,
        scopes: allScopes,
        expiresAt: null,
      })
      return { orgId, key }
    }
    return [await make('amber'), await make('birch')]
  } finally {
    await sql.end()
  }
}
