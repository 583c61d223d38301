import { SESSION_DAYS } from '#server/auth/sessions.ts'

type Cookie = { name: string /** null: delete it */; value: string | null; secure: boolean }

/** Set-Cookie for a session (RFC 6265): out of reach of scripts, not sent along by other sites' forms and images. */
export function sessionCookie({ name, value, secure }: Cookie): string {
  const age = value === null ? 0 : SESSION_DAYS * 24 * 60 * 60
  return `${name}=${value ?? ''}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
}
