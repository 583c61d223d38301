import { expect, test } from 'vitest'
import { drafts } from '#testing/drafts.ts'
import { openJournalTestbed } from '#testing/journals.ts'

test('tells nobody of events whose commit fails after their statement went through, and acknowledges none', async () => {
  await using bed = await openJournalTestbed()
  const one = bed.open()
  const job = await bed.newJob(one, 'started')
  const told = one.committed.length
  // Checked by PostgreSQL at the commit: whoever tells of events before it, tells of some that never came to be.
  await bed.owner.unsafe(`
    create function waybill.fail_commit() returns trigger language plpgsql as
      $$ begin raise exception 'this commit fails'; end $$;
    create constraint trigger fail_commit after insert on waybill.flushes deferrable initially deferred
      for each row execute function waybill.fail_commit()`)
  await expect(one.emit(job, [drafts.output('s', 'lost\n'), drafts.completed()])).rejects.toMatchObject({
    code: 'INTERNAL',
  })
  expect(one.committed.slice(told)).toEqual([])
  await bed.owner`drop trigger fail_commit on waybill.flushes`
  // And nothing that was judged on top of them: the job is not over.
  expect(await one.emit(job, [drafts.output('s', 'kept\n')])).toMatchObject({ firstSeq: 3 })
  expect(one.committed.slice(told)).toMatchObject([{ firstSeq: 3, lastSeq: 3 }])
})
