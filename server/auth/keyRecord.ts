import type { ActorKind } from '#domain/events/envelope.ts'
import type { Principal, Scope } from '#server/auth/principal.ts'

export const allScopes: readonly Scope[] = ['emit', 'read', 'admin']

/** A key as it may be listed: everything but its secret. */
export type KeyRecord = {
  id: string
  orgId: string
  userId: string
  kind: ActorKind
  name: string
  scopes: Scope[]
  createdAt: string
  expiresAt: string | null
  revokedAt: string | null
}

export type KeyRow = {
  id: string
  org_id: string
  user_id: string
  kind: ActorKind
  name: string
  scopes: Scope[]
  created_at: Date
  expires_at: Date | null
  revoked_at: Date | null
}

export function toKeyRecord(row: KeyRow): KeyRecord {
  return {
    id: row.id,
    orgId: row.org_id,
    userId: row.user_id,
    kind: row.kind,
    name: row.name,
    scopes: row.scopes,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  }
}

export function toPrincipal(row: KeyRow, via: Principal['via']): Principal {
  return {
    orgId: row.org_id,
    userId: row.user_id,
    kind: row.kind,
    name: row.name,
    scopes: row.scopes,
    keyId: row.id,
    via,
  }
}
