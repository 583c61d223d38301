import type { Actor } from '#domain/events/envelope.ts'
import type { InputPolicies } from '#domain/redaction/inputPolicy.ts'
import type { Auth } from '#server/auth/openAuth.ts'
import type { Principal } from '#server/auth/principal.ts'
import type { Journal } from '#server/journal/journal.ts'
import type { Live } from '#server/live/live.ts'
import type { Logger } from '#server/logger.ts'
import type { Projector } from '#server/projector/openProjector.ts'
import type { RequestCounts } from '#server/requestCounts.ts'
import type { Search } from '#server/search/openSearch.ts'

/** What the operations work with. */
export type ApiServices = {
  journal: Journal
  live: Live
  projector: Projector
  search: Search
  auth: Auth
  log: Logger
  requests: RequestCounts
  inputPolicies: InputPolicies
  version: string
  startedAt: Date
  describeDatabase(): Promise<{ version: string; database: string; sizeBytes: number }>
}

/** One request by somebody known. There is no context without a principal, so there is no anonymous procedure. */
export type Context = {
  services: ApiServices
  principal: Principal
  /** The request's headers: a stream is revalidated by the credential in them. */
  headers: Headers
  requestId: string
}

export function actorOf(principal: Principal): Actor {
  const { userId, kind, name } = principal
  return name === null ? { userId, kind } : { userId, kind, name }
}
