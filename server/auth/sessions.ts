import type { Sql } from 'postgres'
import type { Found } from '#server/auth/findKey.ts'
import { generateToken, hashSecret } from '#server/auth/key.ts'
import { type KeyRow, toPrincipal } from '#server/auth/keyRecord.ts'

export const SESSION_DAYS = 30

/** @returns the session's id, which only the browser's cookie holds; the table has its hash */
export async function createSession(sql: Sql, key: { orgId: string; keyId: string }): Promise<string> {
  const id = generateToken()
  // Nothing else ever reads them again, and this is the one moment when somebody waits for this table anyway.
  await sql`delete from sessions where expires_at < clock_timestamp()`
  await sql`
    insert into sessions (id_hash, org_id, key_id, expires_at)
    values (${hashSecret(id)}, ${key.orgId}, ${key.keyId}, clock_timestamp() + make_interval(days => ${SESSION_DAYS}))`
  return id
}

/** A session lives no longer than its key. */
export async function findSession(sql: Sql, id: string): Promise<Found | null> {
  const [row] = await sql<(KeyRow & { ends_at: Date })[]>`
    select k.id, k.org_id, k.user_id, k.kind, k.name, k.scopes, k.created_at, k.expires_at, k.revoked_at,
      least(s.expires_at, k.expires_at) as ends_at
    from sessions s join api_keys k on k.id = s.key_id and k.org_id = s.org_id
    where s.id_hash = ${hashSecret(id)} and s.expires_at > clock_timestamp()
      and k.revoked_at is null and (k.expires_at is null or k.expires_at > clock_timestamp())`
  return row ? { principal: toPrincipal(row, 'session'), endsAt: row.ends_at } : null
}

export async function deleteSession(sql: Sql, id: string): Promise<void> {
  await sql`delete from sessions where id_hash = ${hashSecret(id)}`
}
