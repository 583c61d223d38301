import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import postgres, { type Sql } from 'postgres'

export type MigrateOptions = { url: string; onProgress?: (line: string) => void }

/** Held while migrating, so that servers which start together do it once. ASCII "wayb". */
const MIGRATION_LOCK = 0x77617962

/**
 * Brings the database to this code's schema, one transaction a file, in the order of their numbers.
 *
 * @throws Error if the database holds a migration this code does not know (a newer Waybill was here), or if an applied
 *   file was changed afterwards
 */
export async function migrate({ url, onProgress }: MigrateOptions): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connection: { application_name: 'waybill migrate' } })
  try {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`
    await applyMissing(sql, onProgress ?? (() => {}))
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function applyMissing(sql: Sql, onProgress: (line: string) => void): Promise<void> {
  await sql.unsafe(`
    create schema if not exists waybill;
    create table if not exists waybill.migrations (
      name text primary key, sha256 text not null, applied_at timestamptz not null default now())`)
  const applied = new Map(
    (await sql<{ name: string; sha256: string }[]>`select name, sha256 from waybill.migrations`).map((row) => [
      row.name,
      row.sha256,
    ]),
  )
  const files = await readMigrations()
  const known = new Set(files.map((file) => file.name))
  const newer = [...applied.keys()].filter((name) => !known.has(name))
  if (newer.length > 0) {
    throw new Error(
      `The database was migrated by a newer Waybill (${newer.join(', ')}); this one would misread it. Upgrade Waybill.`,
    )
  }
  for (const file of files) {
    const sha256 = applied.get(file.name)
    if (sha256 === file.sha256) continue
    if (sha256 !== undefined) {
      throw new Error(`Migration ${file.name} was changed after it was applied; restore the file and add a new one.`)
    }
    onProgress(`migrating ${file.name}`)
    // The simple protocol runs the file and its bookkeeping as one transaction.
    await sql.unsafe(
      `begin;\n${file.text}\n;insert into waybill.migrations (name, sha256) values ('${file.name}', '${file.sha256}');commit`,
    )
  }
  await sql`select waybill.make_partitions()`
}

async function readMigrations(): Promise<{ name: string; text: string; sha256: string }[]> {
  const folder = fileURLToPath(new URL('./migrations/', import.meta.url))
  const names = (await readdir(folder)).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(`${folder}${name}`, 'utf8')
      return { name, text, sha256: createHash('sha256').update(text).digest('hex') }
    }),
  )
}
