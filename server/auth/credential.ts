import { WaybillError } from '#domain/errors.ts'
import { hashSecret, isToken, type ParsedKey, parseKey } from '#server/auth/key.ts'

/** What a request brings to say who it is from. `mark` names it in memory without being it. */
export type Credential = { mark: string } & ({ via: 'key'; key: ParsedKey } | { via: 'session'; sessionId: string })

/**
 * Reads `Authorization: Bearer wb_…`, else the session cookie. Never a query parameter: URLs end up in logs.
 *
 * @throws WaybillError UNAUTHENTICATED if there is neither, or if it is malformed
 */
export function readCredential(headers: Headers, cookieName: string): Credential {
  const authorization = headers.get('authorization')
  if (authorization !== null) return bearerCredential(authorization)
  const sessionId = readCookie(headers, cookieName)
  if (sessionId === null || !isToken(sessionId)) throw unauthenticated('Send "Authorization: Bearer <key>" or sign in.')
  return sessionCredential(sessionId)
}

export function sessionCredential(sessionId: string): Credential {
  return { via: 'session', sessionId, mark: markOf('session', sessionId) }
}

export function keyCredential(text: string): Credential {
  const key = parseKey(text.trim())
  if (key === null) throw unauthenticated('A key looks like wb_<id>_<secret>.')
  return { via: 'key', key, mark: markOf('key', text.trim()) }
}

export function readCookie(headers: Headers, name: string): string | null {
  for (const part of (headers.get('cookie') ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2)
    if (key === name && value !== undefined) return value
  }
  return null
}

/** The reason says what to send, never whether a key exists, was revoked or has expired. */
export function unauthenticated(reason: string): WaybillError {
  return new WaybillError('UNAUTHENTICATED', `This needs a valid API key or a session. ${reason}`)
}

function bearerCredential(authorization: string): Credential {
  const [scheme, text] = authorization.split(/ +/, 2)
  if (scheme?.toLowerCase() !== 'bearer' || text === undefined) {
    throw unauthenticated('Send "Authorization: Bearer <key>".')
  }
  return keyCredential(text)
}

function markOf(via: string, secret: string): string {
  return `${via}:${hashSecret(secret).toString('base64url')}`
}
