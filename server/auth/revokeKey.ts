import type { Sql } from 'postgres'
import { WaybillError } from '#domain/errors.ts'

/**
 * Ends a key and every session that hangs on it. Requests are refused as soon as caches have run out, and open streams
 * with them (`REVALIDATE_MS`). Revoking twice changes nothing.
 *
 * @throws WaybillError NOT_FOUND if the organisation has no such key
 */
export async function revokeKey(sql: Sql, key: { orgId: string; keyId: string }): Promise<void> {
  const rows = await sql`
    update api_keys set revoked_at = coalesce(revoked_at, clock_timestamp())
    where org_id = ${key.orgId} and id = ${key.keyId} returning id`
  if (rows.length === 0) throw new WaybillError('NOT_FOUND', `There is no key ${key.keyId}.`)
}
