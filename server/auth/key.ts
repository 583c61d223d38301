import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** `wb_<id>_<secret>`: the id finds the row, the secret (256 bits) proves it. The id alone may be shown and logged. */
export type ParsedKey = { id: string; secret: string }

const pattern = /^wb_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/

export function generateKey(): { id: string; secret: string; text: string } {
  const id = randomBytes(8).toString('hex')
  const secret = randomBytes(32).toString('base64url')
  return { id, secret, text: `wb_${id}_${secret}` }
}

export function parseKey(text: string): ParsedKey | null {
  const match = pattern.exec(text)
  const [, id, secret] = match ?? []
  return id === undefined || secret === undefined ? null : { id, secret }
}

/** A plain hash is enough for 256 random bits: there is no dictionary to try, so nothing to slow down. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** In constant time: how long a comparison takes must not tell how much of a guess was right. */
export function isSameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

/** A session id or login token: 256 bits that are stored as a hash only. */
export function generateToken(): string {
  return randomBytes(32).toString('base64url')
}

export function isToken(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text)
}
