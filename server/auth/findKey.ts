import type { Sql } from 'postgres'
import { hashSecret, isSameHash, type ParsedKey } from '#server/auth/key.ts'
import { type KeyRow, toPrincipal } from '#server/auth/keyRecord.ts'
import type { Principal } from '#server/auth/principal.ts'

/** A principal and the moment its key or session ends by itself; null: never. */
export type Found = { principal: Principal; endsAt: Date | null }

/** The holder of a key that is neither revoked nor expired; null for any other, without telling which. */
export async function findKey(sql: Sql, key: ParsedKey): Promise<Found | null> {
  const [row] = await sql<(KeyRow & { secret_hash: Buffer })[]>`
    select id, org_id, user_id, kind, name, scopes, created_at, expires_at, revoked_at, secret_hash
    from api_keys
    where id = ${key.id} and revoked_at is null and (expires_at is null or expires_at > clock_timestamp())`
  if (!row || !isSameHash(row.secret_hash, hashSecret(key.secret))) return null
  return { principal: toPrincipal(row, 'key'), endsAt: row.expires_at }
}
