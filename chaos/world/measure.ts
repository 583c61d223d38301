import { readdirSync, readFileSync } from 'node:fs'
import { Redis } from 'ioredis'
import type { Node } from '#chaos/world/node.ts'
import type { World } from '#chaos/world/openWorld.ts'

/** What a server holds. */
export type Holdings = { files: number; mebibytes: number; postgres: number; valkey: number }

/** Counts what one process has open (Linux), and what the databases have open for all of them. */
export async function measure({ owner, valkey }: World, node: Node): Promise<Holdings> {
  const client = new Redis(valkey.url)
  try {
    const [row] = await owner<{ count: number }[]>`
      select count(*)::int as count from pg_stat_activity where application_name = 'waybill'`
    const clients = String(await client.client('LIST'))
      .trim()
      .split('\n')
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${node.pid()}/status`, 'utf8'))?.[1]
    return {
      files: readdirSync(`/proc/${node.pid()}/fd`).length,
      mebibytes: Number(resident) / 1024,
      postgres: row?.count ?? 0,
      valkey: clients.length,
    }
  } finally {
    client.disconnect()
  }
}
