import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql } from 'postgres'
import { now } from '#chaos/clock.ts'
import type { Fault, Scene } from '#chaos/faults/fault.ts'

const DISK_MEBIBYTES = 192
/** After the disk has room again, the first event must be recorded within this; no server is restarted for it. */
const RECOVERY_MS = 20_000

/** F12, second half: the disk of the journal is full under load. Needs Linux, root, and a journal below 100 MiB. */
export const fillDisk: Fault[] = [
  {
    kind: 'F12',
    name: 'the disk of the journal was full',
    run: async (scene) => {
      const { owner } = scene.world
      const disk = mkdtempSync(join(tmpdir(), 'waybill-disk-'))
      chmodSync(disk, 0o755)
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MEBIBYTES}m,mode=0777`, 'none', disk])
      try {
        const space = join(disk, 'space')
        mkdirSync(space)
        chmodSync(space, 0o777)
        execFileSync('chown', [await ownerOfData(owner), space])
        const tables = await listJournalTables(owner)
        await owner.unsafe(`create tablespace small location '${space}'`)
        await moveTables(owner, tables, 'small')
        await fillAndFree(scene, join(disk, 'filler'))
        await moveTables(owner, tables, 'pg_default')
        await owner.unsafe('drop tablespace small')
      } finally {
        execFileSync('umount', ['--lazy', disk])
        rmSync(disk, { recursive: true, force: true })
      }
    },
  },
]

async function fillAndFree({ requests, random }: Scene, filler: string): Promise<void> {
  try {
    for (let part = 0; ; part++) writeFileSync(`${filler}${part}`, Buffer.alloc(1024 * 1024))
  } catch {
    // Full: that is what was wanted.
  }
  await sleep(random.int(4000, 8000))
  for (let part = 0; part < DISK_MEBIBYTES; part++) rmSync(`${filler}${part}`, { force: true })
  const freedAt = now()
  const isRecorded = () => requests.some(({ sentAt, outcome }) => sentAt > freedAt && outcome.kind === 'acknowledged')
  while (!isRecorded()) {
    if (now() - freedAt > RECOVERY_MS)
      throw new Error(`nothing is recorded ${RECOVERY_MS} ms after the disk has room again`)
    await sleep(100)
  }
}

/** The user PostgreSQL runs as, who must own the directory of a tablespace. */
async function ownerOfData(owner: Sql): Promise<string> {
  const [row] = await owner<{ data: string }[]>`select current_setting('data_directory') as data`
  return execFileSync('stat', ['-c', '%u:%g', row?.data ?? ''], { encoding: 'utf8' }).trim()
}

async function listJournalTables(owner: Sql): Promise<string[]> {
  const rows = await owner<{ name: string }[]>`
    select relid::regclass::text as name from pg_partition_tree('waybill.job_events') where isleaf`
  return rows.map(({ name }) => name)
}

async function moveTables(owner: Sql, tables: readonly string[], space: string): Promise<void> {
  for (const table of tables) await owner.unsafe(`alter table ${table} set tablespace ${space}`)
}
