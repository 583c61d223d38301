import type { Sql } from 'postgres'
import { WaybillError } from '#domain/errors.ts'
import { generateToken, hashSecret, isToken } from '#server/auth/key.ts'

export const LOGIN_LINK_MINUTES = 5

/** A token that can be exchanged once, within 5 minutes, for a session of this key. */
export async function createLoginToken(sql: Sql, key: { orgId: string; keyId: string }): Promise<string> {
  const token = generateToken()
  await sql`delete from login_links where expires_at < clock_timestamp()`
  await sql`
    insert into login_links (token_hash, org_id, key_id, expires_at)
    values (${hashSecret(token)}, ${key.orgId}, ${key.keyId},
      clock_timestamp() + make_interval(mins => ${LOGIN_LINK_MINUTES}))`
  return token
}

/**
 * Uses the token up. One statement, so that of two that come at once only one gets in.
 *
 * @throws WaybillError LOGIN_TOKEN_INVALID if it is unknown, used or older than 5 minutes
 */
export async function redeemLoginToken(sql: Sql, token: string): Promise<{ orgId: string; keyId: string }> {
  const [row] = isToken(token)
    ? await sql<{ org_id: string; key_id: string }[]>`
        update login_links set used_at = clock_timestamp()
        where token_hash = ${hashSecret(token)} and used_at is null and expires_at > clock_timestamp()
        returning org_id, key_id`
    : []
  if (!row) {
    throw new WaybillError(
      'LOGIN_TOKEN_INVALID',
      `This login link was used already or is older than ${LOGIN_LINK_MINUTES} minutes; start the server again for a new one, or sign in with a key.`,
    )
  }
  return { orgId: row.org_id, keyId: row.key_id }
}
