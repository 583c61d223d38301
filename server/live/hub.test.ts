import { expect, test } from 'vitest'
import { openMemoryLive } from '#testing/memoryLive.ts'

test('tells how many followers lack events, and how many the last of them lacks', async () => {
  const { journal, live, job, follow } = openMemoryLive()
  const [quick, slow, slower] = [follow(job), follow(job), follow(job)]
  for (const batches of [quick, slow, slower]) await batches.next()
  expect(live.stats()).toMatchObject({ followers: 3, followersBehind: 0, furthestBehind: 0 })

  live.publish(journal.addOutput(job.jobId, 5))
  await Promise.all([quick.next(), slow.next()])
  live.publish(journal.addOutput(job.jobId, 2))
  await quick.next()
  expect(live.stats()).toMatchObject({ followers: 3, followersBehind: 2, furthestBehind: 7 })

  await slower.next()
  await slower.return?.()
  expect(live.stats()).toMatchObject({ followers: 2, followersBehind: 1, furthestBehind: 2 })
})
