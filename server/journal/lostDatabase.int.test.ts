import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { migrate } from '#db/migrate.ts'
import { startAckedLoad } from '#testing/ackedLoad.ts'
import { drafts } from '#testing/drafts.ts'
import { openJournalTestbed } from '#testing/journals.ts'
import { startPostgres } from '#testing/postgres.ts'
import { waitFor } from '#testing/waitFor.ts'

test('keeps every acknowledged event exactly once while its backends are killed one after the other', async () => {
  await using bed = await openJournalTestbed()
  const journals = [bed.open(), bed.open()]
  const jobs = await Promise.all([1, 2, 3].map(() => bed.newJob(bed.open(), 'started')))
  const load = startAckedLoad(bed, { journals, jobs, emittersPerJob: 4 })
  let killed = 0
  while (killed < 40) {
    await sleep(40)
    const rows = await bed.owner`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'waybill'
      order by random() limit 1`
    killed += rows.length
  }
  await waitFor(() => load.acknowledged() > 100)
  await load.stop()
  await load.check(bed.open())
})

test('keeps every acknowledged event exactly once when PostgreSQL itself is killed and comes back', async () => {
  await using server = await startPostgres({ max_connections: '60' })
  await migrate({ url: server.url })
  await using bed = await openJournalTestbed({ url: server.url })
  const journals = [bed.open(), bed.open({ patienceMs: 300 })]
  const jobs = await Promise.all([1, 2, 3].map(() => bed.newJob(bed.open(), 'started')))
  const load = startAckedLoad(bed, { journals, jobs, emittersPerJob: 4 })
  for (let round = 1; round <= 3; round++) {
    const before = load.acknowledged()
    await waitFor(() => load.acknowledged() > before + 100)
    await server.kill9()
    await sleep(round * 200)
    await server.restart()
  }
  const before = load.acknowledged()
  await waitFor(() => load.acknowledged() > before + 100)
  await load.stop()
  expect(await load.check(bed.open())).toBeGreaterThan(0)
})

test('tells the emitter within patience, closes without the database, and refuses what comes then', async () => {
  await using server = await startPostgres({ max_connections: '60' })
  await migrate({ url: server.url })
  await using bed = await openJournalTestbed({ url: server.url })
  const impatient = bed.open({ patienceMs: 200 })
  const patient = bed.open({ patienceMs: 600_000 })
  const job = await bed.newJob(impatient, 'started')
  await server.stop()
  await expect(impatient.emit(job, [drafts.tool('c1')])).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  await expect(impatient.journal.readEvents({ ...job, limit: 1 })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  const waiting = [patient.emit(job, [drafts.tool('c1')]), patient.emit(job, [drafts.tool('c2')])]
  await sleep(50)
  const closed = patient.journal.close()
  const late = patient.emit(job, [drafts.tool('c3')])
  for (const outcome of await Promise.allSettled([...waiting, late])) {
    expect(outcome).toMatchObject({ reason: { code: 'UNAVAILABLE' } })
  }
  await closed
  await server.restart()
  expect(await bed.open().emit(job, [drafts.tool('c4')])).toMatchObject({ firstSeq: 3 })
})

test('closing waits for what is under way, and answers it', async () => {
  await using bed = await openJournalTestbed()
  const opened = bed.open()
  const job = await bed.newJob(opened, 'started')
  const sent = Array.from({ length: 50 }, (_, index) => opened.emit(job, [drafts.tool(`c${index}`)]))
  const closed = opened.journal.close().then(() => 'closed')
  await expect(opened.emit(job, [drafts.tool('late')])).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(await Promise.race([closed, Promise.all(sent).then(() => 'answered')])).toBe('answered')
  await closed
  expect(await bed.eventsOf(job)).toHaveLength(52)
})
