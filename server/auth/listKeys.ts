import type { Sql } from 'postgres'
import { type KeyRecord, type KeyRow, toKeyRecord } from '#server/auth/keyRecord.ts'

/** An organisation's keys, the oldest first, revoked and expired ones included. */
export async function listKeys(sql: Sql, orgId: string): Promise<KeyRecord[]> {
  const rows = await sql<KeyRow[]>`
    select id, org_id, user_id, kind, name, scopes, created_at, expires_at, revoked_at
    from api_keys where org_id = ${orgId} order by created_at, id`
  return rows.map(toKeyRecord)
}
