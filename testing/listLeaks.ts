import postgres from 'postgres'
import { testDatabasePrefix } from '#testing/database.ts'
import { processesOf } from '#testing/processesOf.ts'

type Run = { runDirectory: string; postgresUrl: string; ours: number[] }

/** What tests should have closed and did not: processes and databases, one line each. */
export async function listLeaks({ runDirectory, postgresUrl, ours }: Run): Promise<string[]> {
  const processes = processesOf(runDirectory)
    .filter(({ pid }) => !ours.includes(pid))
    .map(({ pid, args }) => `process ${pid}: ${args}`)
  const sql = postgres(postgresUrl, { max: 1 })
  try {
    const rows = await sql<{ datname: string }[]>`
      select datname from pg_database where starts_with(datname, ${testDatabasePrefix})`
    return [...processes, ...rows.map(({ datname }) => `database ${datname}`)]
  } finally {
    await sql.end()
  }
}
