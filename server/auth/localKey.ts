import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import type { Sql } from 'postgres'
import { WaybillError } from '#domain/errors.ts'
import { createKey, insertKey, type NewKey } from '#server/auth/createKey.ts'
import { findKey } from '#server/auth/findKey.ts'
import { type ParsedKey, parseKey } from '#server/auth/key.ts'
import { allScopes } from '#server/auth/keyRecord.ts'

export type LocalKey = {
  /** The key a login link may hang on; null if the organisation has no usable admin key. */
  login: { orgId: string; keyId: string } | null
  /** What the user should know, one line; null if all is as ever. */
  note: string | null
}

/**
 * Sees to it that the command line on this machine finds an admin key in `<dataDir>/key`. Whoever can start the server
 * on its database is its administrator already, so a missing file is made up for with a new key. A file is never
 * overwritten:
 *
 * - no file: a new key is made and written there (mode 0600, the key alone)
 * - the database has no key yet and the file has one, from a database that was replaced: it is taken over
 * - its key is revoked, or belongs to another database: it stays, and the note says what to do
 *
 * @throws WaybillError DATA_DIR_UNUSABLE if the file cannot be read or written, or holds something else
 */
export async function ensureLocalKey(sql: Sql, dataDir: string): Promise<LocalKey> {
  const path = join(dataDir, 'key')
  const orgId = await ensureLocalOrg(sql)
  const held = await readKeyFile(path)
  const key: NewKey = {
    orgId,
    userId: 'admin',
    kind: 'user',
    name: `first start on ${hostname()}`,
    scopes: allScopes,
    expiresAt: null,
  }
  if (held === null) {
    const { key: text, record } = await createKey(sql, key)
    await writeKeyFile(path, text)
    return { login: { orgId, keyId: record.id }, note: `A new admin key is in ${path}` }
  }
  const found = await findKey(sql, held)
  if (found?.principal.scopes.includes('admin')) {
    return { login: { orgId: found.principal.orgId, keyId: held.id }, note: null }
  }
  const adminKeyId = await findAdminKey(sql, orgId)
  if (found === null && adminKeyId === null && !(await isKnownKey(sql, held.id))) {
    await insertKey(sql, { ...key, ...held })
    return { login: { orgId, keyId: held.id }, note: `The key in ${path} is the admin key of this new database` }
  }
  return {
    login: adminKeyId === null ? null : { orgId, keyId: adminKeyId },
    note: `The key in ${path} is not an admin key of this database (revoked, or of another one): move the file away and start again to get a new one`,
  }
}

async function ensureLocalOrg(sql: Sql): Promise<string> {
  await sql`insert into orgs (slug, name) values ('local', 'local') on conflict (slug) do nothing`
  const [row] = await sql<{ id: string }[]>`select id from orgs where slug = 'local'`
  if (!row) throw new Error('organisation local is not there after its insert')
  return row.id
}

async function findAdminKey(sql: Sql, orgId: string): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`
    select id from api_keys
    where org_id = ${orgId} and 'admin' = any (scopes) and revoked_at is null
      and (expires_at is null or expires_at > clock_timestamp())
    order by created_at, id limit 1`
  return row?.id ?? null
}

async function isKnownKey(sql: Sql, id: string): Promise<boolean> {
  const rows = await sql`select 1 from api_keys where id = ${id}`
  return rows.length > 0
}

async function readKeyFile(path: string): Promise<ParsedKey | null> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw unusable(path, 'cannot be read', error)
  }
  const key = parseKey(text.trim())
  // Its text stays out of the message: it may be a key with one letter too many.
  if (key === null) throw unusable(path, 'does not hold a Waybill key (wb_<id>_<secret>, nothing else)', undefined)
  return key
}

async function writeKeyFile(path: string, key: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFile(path, `${key}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    throw unusable(path, 'cannot be written', error)
  }
}

function unusable(path: string, problem: string, cause: unknown): WaybillError {
  return new WaybillError(
    'DATA_DIR_UNUSABLE',
    `The file ${path} ${problem}; it is where the command line on this machine finds its key. Move it away or make it accessible, then start again.`,
    { details: { path }, cause },
  )
}
