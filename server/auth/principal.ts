import type { ActorKind } from '#domain/events/envelope.ts'

export type Scope = 'emit' | 'read' | 'admin'

/** Who calls. Everything a caller may see or do hangs on this, never on what a request's body says. */
export type Principal = {
  orgId: string
  userId: string
  /** what the key's holder is, recorded as `actor` of its events */
  kind: ActorKind
  name: string | null
  scopes: readonly Scope[]
  keyId: string
  via: 'key' | 'session'
}
