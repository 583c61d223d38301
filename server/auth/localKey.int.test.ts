import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sql } from 'postgres'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '#db/client.ts'
import { findKey } from '#server/auth/findKey.ts'
import { generateKey, parseKey } from '#server/auth/key.ts'
import { ensureLocalKey } from '#server/auth/localKey.ts'
import { revokeKey } from '#server/auth/revokeKey.ts'
import { createTestDatabase, type TestDatabase } from '#testing/database.ts'

let database: TestDatabase
let sql: Sql
let dataDir: string

beforeEach(async () => {
  database = await createTestDatabase()
  sql = openDatabase({ url: database.url, max: 2 })
  dataDir = join(await mkdtemp(join(tmpdir(), 'waybill-key-')), 'data')
})

afterEach(async () => {
  await sql.end()
  await database[Symbol.asyncDispose]()
  await rm(join(dataDir, '..'), { recursive: true })
})

async function keyInFile() {
  const key = parseKey((await readFile(join(dataDir, 'key'), 'utf8')).trim())
  if (key === null) throw new Error('the file holds no key')
  return key
}

async function countKeys(): Promise<number> {
  return (await sql`select 1 from api_keys`).length
}

describe('ensureLocalKey', () => {
  it('makes organisation local and an admin key that only the owner of the file can read', async () => {
    const { login } = await ensureLocalKey(sql, dataDir)
    const key = await keyInFile()
    const found = await findKey(sql, key)
    expect(found?.principal.scopes).toEqual(['emit', 'read', 'admin'])
    expect(login).toEqual({ orgId: found?.principal.orgId, keyId: key.id })
    expect((await stat(join(dataDir, 'key'))).mode & 0o777).toBe(0o600)
    expect((await sql`select slug from orgs`).map((row) => row.slug)).toEqual(['local'])
  })

  it('changes nothing on the next start', async () => {
    await ensureLocalKey(sql, dataDir)
    const key = await keyInFile()
    const again = await ensureLocalKey(sql, dataDir)
    expect(again).toMatchObject({ login: { keyId: key.id }, note: null })
    expect(await countKeys()).toBe(1)
  })

  it('makes another key when the file is gone', async () => {
    await ensureLocalKey(sql, dataDir)
    const first = await keyInFile()
    await rm(join(dataDir, 'key'))
    await ensureLocalKey(sql, dataDir)
    const second = await keyInFile()
    expect(second.id).not.toBe(first.id)
    expect(await findKey(sql, second)).not.toBeNull()
  })

  it("takes the file's key over into a new database, so that the file goes on working", async () => {
    const old = generateKey()
    await mkdir(dataDir)
    await writeFile(join(dataDir, 'key'), `${old.text}\n`)
    const { login } = await ensureLocalKey(sql, dataDir)
    expect(login?.keyId).toBe(old.id)
    expect(await findKey(sql, old)).not.toBeNull()
  })

  it('neither revives a revoked key nor writes over it, and says what to do', async () => {
    const { login } = await ensureLocalKey(sql, dataDir)
    const key = await keyInFile()
    await revokeKey(sql, { orgId: login?.orgId ?? '', keyId: key.id })
    const after = await ensureLocalKey(sql, dataDir)
    expect(after.login).toBeNull()
    expect(after.note).toContain('move the file away')
    expect(await findKey(sql, key)).toBeNull()
    expect((await keyInFile()).id).toBe(key.id)
  })

  it('lets the link hang on another admin key when the file is from another database', async () => {
    const { login } = await ensureLocalKey(sql, dataDir)
    await writeFile(join(dataDir, 'key'), generateKey().text)
    const after = await ensureLocalKey(sql, dataDir)
    expect(after.login).toEqual(login)
    expect(after.note).toContain('move the file away')
    expect(await countKeys()).toBe(1)
  })

  it('refuses a file that holds something else, without repeating it', async () => {
    await ensureLocalKey(sql, dataDir)
    await writeFile(join(dataDir, 'key'), 'wb_almost_a_key')
    const refusal = ensureLocalKey(sql, dataDir)
    await expect(refusal).rejects.toMatchObject({ code: 'DATA_DIR_UNUSABLE' })
    await expect(refusal).rejects.not.toThrow(/almost/)
  })
})
