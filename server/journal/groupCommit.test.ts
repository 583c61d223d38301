import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { type GroupCommit, openGroupCommit } from '#server/journal/groupCommit.ts'
import { type Lane, rejectRequest } from '#server/journal/lane.ts'
import { answerRequest, type PendingRequest } from '#server/journal/pendingRequest.ts'
import type { PreparedEvent } from '#server/journal/prepare.ts'

type Flushing = {
  jobs: string[]
  lanes: readonly Lane[]
  closing(): boolean
  /** Answers all that these lanes held when the flush began, and ends it. */
  finish(): void
  /** Ends it and leaves the requests in their queues. */
  leave(): void
  fail(error: unknown): void
}

/** A group commit over flushes that the test ends when it wants. */
function open() {
  const flushes: Flushing[] = []
  const commits = openGroupCommit((lanes, closing) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const taken = lanes.map((lane) => ({ lane, requests: [...lane.queue] }))
    const finish = () => {
      for (const { lane, requests } of taken) {
        lane.queue = lane.queue.filter((request) => !requests.includes(request))
        for (const request of requests) answerRequest(request, 0)
      }
      resolve()
    }
    flushes.push({ jobs: lanes.map(({ jobId }) => jobId), lanes, closing, finish, leave: resolve, fail: reject })
    return promise
  })
  return {
    flushes,
    commits,
    submit: (jobId: string, events = 1, bytes = 100) => submit(commits, { jobId, events, bytes }),
  }
}

function submit(commits: GroupCommit, { jobId, events, bytes }: { jobId: string; events: number; bytes: number }) {
  return new Promise<unknown>((resolve, reject) => {
    commits.submit({
      orgId: 'org',
      jobId,
      events: Array.from({ length: events }, () => ({ id: 'e' }) as PreparedEvent),
      bytes,
      expectedSeq: null,
      known: new Map(),
      uncertain: false,
      deadline: 0,
      resolve,
      reject,
    } satisfies PendingRequest)
  })
}

describe('openGroupCommit', () => {
  test('sends the requests of one turn of the event loop together', async () => {
    const { flushes, submit } = open()
    const answers = [submit('a'), submit('b'), submit('a')]
    await nextTurn()
    expect(flushes.map(({ jobs }) => jobs)).toEqual([['a', 'b']])
    expect(flushes[0]?.lanes[0]?.queue).toHaveLength(2)
    flushes[0]?.finish()
    await Promise.all(answers)
  })

  test('gathers what comes while two flushes are under way into the next one', async () => {
    const { flushes, submit } = open()
    for (const job of ['a', 'b', 'c', 'd']) {
      submit(job)
      await nextTurn()
    }
    expect(flushes.map(({ jobs }) => jobs)).toEqual([['a'], ['b']])
    flushes[1]?.finish()
    await nextTurn()
    await nextTurn()
    expect(flushes.map(({ jobs }) => jobs)).toEqual([['a'], ['b'], ['c', 'd']])
  })

  test('never has two flushes with the same job under way', async () => {
    const { flushes, submit } = open()
    submit('a')
    await nextTurn()
    submit('a')
    submit('b')
    await nextTurn()
    expect(flushes.map(({ jobs }) => jobs)).toEqual([['a'], ['b']])
    flushes[0]?.finish()
    await nextTurn()
    await nextTurn()
    expect(flushes.at(2)?.jobs).toEqual(['a'])
  })

  test('lets no job that always has more to say keep the others waiting', async () => {
    const { flushes, submit } = open()
    submit('loud', 2000)
    submit('quiet')
    await nextTurn()
    expect(flushes.map(({ jobs }) => jobs)).toEqual([['loud'], ['quiet']])
    submit('loud', 2000)
    submit('third')
    flushes[0]?.finish()
    await nextTurn()
    await nextTurn()
    expect(flushes.at(2)?.jobs).toEqual(['third', 'loud'])
  })

  test('fills a flush by events and by bytes', async () => {
    const { flushes, submit } = open()
    submit('a', 1, 9 * 1024 * 1024)
    submit('b', 1999)
    submit('c', 1)
    submit('d', 1)
    await nextTurn()
    expect(flushes.map(({ jobs }) => jobs)).toEqual([['a'], ['b', 'c']])
  })

  test('waits with a job that asked for a pause, not with others', async () => {
    const { flushes, submit } = open()
    submit('locked')
    await nextTurn()
    for (const lane of flushes[0]?.lanes ?? []) lane.pauseMs = 20
    flushes[0]?.leave()
    submit('free')
    await nextTurn()
    await nextTurn()
    expect(flushes.map(({ jobs }) => jobs)).toEqual([['locked'], ['free']])
    await sleep(40)
    expect(flushes.at(2)?.jobs).toEqual(['locked'])
  })

  test('refuses more than memory should hold, and takes it again once there is room', async () => {
    const { flushes, submit } = open()
    const all = 64 * 1024 * 1024
    const first = submit('a', 1, all - 100)
    const second = submit('b')
    await expect(submit('c')).rejects.toMatchObject({ code: 'BUSY' })
    await nextTurn()
    // Room comes back from a request that is answered and from one that is refused.
    flushes[0]?.finish()
    await first
    for (const lane of flushes[1]?.lanes ?? []) {
      for (const request of lane.queue) rejectRequest(lane, request, new Error('refused'))
    }
    flushes[1]?.leave()
    await expect(second).rejects.toThrow('refused')
    const next = submit('c', 1, all)
    await nextTurn()
    flushes[2]?.finish()
    await expect(next).resolves.toBeDefined()
  })

  test('gives the error of a flush that broke to its own requests, and goes on', async () => {
    const { flushes, submit } = open()
    const broken = [submit('a'), submit('b')]
    await nextTurn()
    flushes[0]?.fail(new Error('broken'))
    for (const outcome of await Promise.allSettled(broken)) expect(outcome).toMatchObject({ status: 'rejected' })
    const next = submit('a')
    await nextTurn()
    flushes[1]?.finish()
    await expect(next).resolves.toBeDefined()
  })

  test('closes once everything is answered, and takes nothing meanwhile', async () => {
    const { flushes, commits, submit } = open()
    const waiting = submit('a')
    await nextTurn()
    const second = submit('a')
    let isClosed = false
    const closed = commits.close().then(() => {
      isClosed = true
    })
    expect(flushes[0]?.closing()).toBe(true)
    await expect(submit('b')).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    flushes[0]?.finish()
    await waiting
    await nextTurn()
    await nextTurn()
    expect(isClosed).toBe(false)
    flushes[1]?.finish()
    await second
    await closed
  })

  test('closes at once when nothing is under way', async () => {
    await open().commits.close()
  })
})
