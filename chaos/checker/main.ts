import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sql } from 'postgres'
import { checkRun } from '#chaos/checker/checkRun.ts'
import type { StoredJob } from '#chaos/checker/evidence.ts'
import {
  evidenceFiles,
  readLooks,
  readRequests,
  readRun,
  readSeenWindows,
  readTranscripts,
} from '#chaos/checker/evidenceFiles.ts'
import { listJobIds, openJournalReader, readStoredJob } from '#chaos/checker/readJournal.ts'
import { readWindows } from '#chaos/checker/readWindows.ts'

/**
 * `node chaos/checker/main.ts <directory>`: checks the evidence in the directory against PostgreSQL and Valkey as they
 * are, and leaves its report there. A program of its own that knows nothing of the server: not even its mistakes.
 */
const [directory] = process.argv.slice(2)
if (directory === undefined)
  throw new Error('Name the directory of the evidence: node chaos/checker/main.ts <directory>')
const run = readRun(directory)
const sql = openJournalReader(run.databaseUrl)
try {
  const report = await checkRun({
    run,
    requests: await readRequests(directory),
    transcripts: readTranscripts(directory),
    seenWindows: readSeenWindows(directory),
    looks: await readLooks(directory),
    jobs: readJobs(sql),
    windows: await readWindows(run.valkeyUrl, run.epoch),
  })
  writeFileSync(join(directory, evidenceFiles.report), JSON.stringify(report))
} finally {
  await sql.end()
}

async function* readJobs(sql: Sql): AsyncGenerator<StoredJob> {
  for (const jobId of await listJobIds(sql)) yield await readStoredJob(sql, jobId)
}
