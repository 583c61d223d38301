import { defineConfig } from 'drizzle-kit'

/**
 * For looking: `npx drizzle-kit studio`, `pull`, `check`, with DATABASE_URL set. Migrations are written by hand in
 * db/migrations and applied by db/migrate.ts; what drizzle-kit writes goes where git does not look.
 */
export default defineConfig({
  dialect: 'postgresql',
  schema: './db/schema.ts',
  out: './node_modules/.cache/drizzle',
  schemaFilter: ['waybill'],
  // The partitions of the journal are the journal.
  tablesFilter: ['!job_events_*'],
  dbCredentials: { url: process.env.DATABASE_URL ?? '' },
})
