import type { Sql } from 'postgres'
import type { ActorKind } from '#domain/events/envelope.ts'
import { generateKey, hashSecret } from '#server/auth/key.ts'
import { type KeyRecord, type KeyRow, toKeyRecord } from '#server/auth/keyRecord.ts'
import type { Scope } from '#server/auth/principal.ts'

export type NewKey = {
  orgId: string
  userId: string
  kind: ActorKind
  name: string
  scopes: readonly Scope[]
  /** null: never */
  expiresAt: Date | null
}

/** @returns the key's text, which is stored nowhere and cannot be shown again, and its record */
export async function createKey(sql: Sql, key: NewKey): Promise<{ key: string; record: KeyRecord }> {
  const { id, secret, text } = generateKey()
  return { key: text, record: await insertKey(sql, { ...key, id, secret }) }
}

/** Registers a key whose text exists already. */
export async function insertKey(sql: Sql, key: NewKey & { id: string; secret: string }): Promise<KeyRecord> {
  const [row] = await sql<KeyRow[]>`
    insert into api_keys (id, org_id, user_id, kind, name, secret_hash, scopes, expires_at)
    values (${key.id}, ${key.orgId}, ${key.userId}, ${key.kind}, ${key.name}, ${hashSecret(key.secret)},
      ${[...key.scopes]}, ${key.expiresAt})
    returning id, org_id, user_id, kind, name, scopes, created_at, expires_at, revoked_at`
  if (!row) throw new Error('insert into api_keys returned no row')
  return toKeyRecord(row)
}
