import { LRUCache } from 'lru-cache'
import type { Sql } from 'postgres'
import { createKey, type NewKey } from '#server/auth/createKey.ts'
import {
  type Credential,
  keyCredential,
  readCookie,
  readCredential,
  sessionCredential,
  unauthenticated,
} from '#server/auth/credential.ts'
import { type Found, findKey } from '#server/auth/findKey.ts'
import { findOrgName } from '#server/auth/findOrgName.ts'
import type { KeyRecord } from '#server/auth/keyRecord.ts'
import { listKeys } from '#server/auth/listKeys.ts'
import { createLoginToken, redeemLoginToken } from '#server/auth/loginLinks.ts'
import type { Principal } from '#server/auth/principal.ts'
import { revokeKey } from '#server/auth/revokeKey.ts'
import { createSession, deleteSession, findSession } from '#server/auth/sessions.ts'
import { createStreamGuard, type StreamLimits, type WatchedStream } from '#server/auth/streamGuard.ts'

/** How long a verdict on a key or session is believed: a revoked one gets through, and keeps a stream open, no longer. */
export const REVALIDATE_MS = 10_000

export type Auth = {
  /** @throws WaybillError UNAUTHENTICATED */
  authenticate(headers: Headers): Promise<Principal>
  /** Exchanges a key or a login token for a session. @returns the cookie's value */
  logIn(proof: { key: string } | { token: string }): Promise<string>
  logOut(headers: Headers): Promise<void>
  /**
   * Admits something long. Its signal is aborted once the request is, the credential it came with is no longer valid, or
   * it is too old.
   *
   * @throws WaybillError TOO_MANY_STREAMS
   */
  guardStream(stream: { headers: Headers; orgId: string; request: AbortSignal }): WatchedStream
  createKey(key: NewKey): Promise<{ key: string; record: KeyRecord }>
  listKeys(orgId: string): Promise<KeyRecord[]>
  revokeKey(key: { orgId: string; keyId: string }): Promise<void>
  createLoginToken(key: { orgId: string; keyId: string }): Promise<string>
  orgName(orgId: string): Promise<string>
  /** Carries the port: browsers share cookies among all ports of a host. */
  cookieName: string
  close(): void
}

export type AuthOptions = {
  sql: Sql
  cookieName: string
  /** milliseconds; for tests */
  revalidateMs?: number
  limits: StreamLimits
}

export function openAuth({ sql, cookieName, limits, revalidateMs = REVALIDATE_MS }: AuthOptions): Auth {
  // Promises, so that a thousand requests that come at once ask the database once.
  const verdicts = new LRUCache<string, Promise<Found | null>>({ max: 10_000, ttl: revalidateMs })

  async function ask(credential: Credential): Promise<Found | null> {
    const verdict = credential.via === 'key' ? findKey(sql, credential.key) : findSession(sql, credential.sessionId)
    verdicts.set(credential.mark, verdict)
    try {
      return await verdict
    } catch (error) {
      // A lost database is no verdict: the next request asks again.
      if (verdicts.peek(credential.mark) === verdict) verdicts.delete(credential.mark)
      throw error
    }
  }

  async function principalOf(credential: Credential): Promise<Principal> {
    const found = await (verdicts.get(credential.mark) ?? ask(credential))
    if (found === null || isOver(found)) throw unauthenticated('The one sent is unknown, expired or revoked.')
    return found.principal
  }

  const guard = createStreamGuard({
    intervalMs: revalidateMs,
    limits,
    isValid: async (credential) => {
      const found = await ask(credential)
      return found !== null && !isOver(found)
    },
  })

  return {
    cookieName,
    authenticate: async (headers) => principalOf(readCredential(headers, cookieName)),
    logIn: async (proof) => {
      const key =
        'token' in proof ? await redeemLoginToken(sql, proof.token) : await principalOf(keyCredential(proof.key))
      return createSession(sql, { orgId: key.orgId, keyId: key.keyId })
    },
    logOut: async (headers) => {
      const sessionId = readCookie(headers, cookieName)
      if (sessionId === null) return
      await deleteSession(sql, sessionId)
      verdicts.delete(sessionCredential(sessionId).mark)
    },
    guardStream: ({ headers, orgId, request }) =>
      guard.watch({ credential: readCredential(headers, cookieName), orgId, request }),
    createKey: (key) => createKey(sql, key),
    listKeys: (orgId) => listKeys(sql, orgId),
    revokeKey: (key) => revokeKey(sql, key),
    createLoginToken: (key) => createLoginToken(sql, key),
    orgName: (orgId) => findOrgName(sql, orgId),
    close: () => {
      guard.close()
      verdicts.clear()
    },
  }
}

function isOver({ endsAt }: Found): boolean {
  return endsAt !== null && endsAt.getTime() <= Date.now()
}
