import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { sessionCredential } from '#server/auth/credential.ts'
import { createStreamGuard } from '#server/auth/streamGuard.ts'

const [ada, bob] = [sessionCredential('ada'), sessionCredential('bob')]

describe('createStreamGuard', () => {
  it('ends all streams of a credential that is no longer valid, and no other', async () => {
    const valid = new Set([ada.mark, bob.mark])
    const guard = createStreamGuard({ intervalMs: 5, isValid: async ({ mark }) => valid.has(mark) })
    const [one, two, other] = [guard.watch(ada), guard.watch(ada), guard.watch(bob)]
    await sleep(20)
    expect([one, two, other].map(({ signal }) => signal.aborted)).toEqual([false, false, false])
    valid.delete(ada.mark)
    while (!one.signal.aborted) await sleep(5)
    expect([two, other].map(({ signal }) => signal.aborted)).toEqual([true, false])
    guard.close()
  })

  it('asks once for a thousand streams of one credential, and no more once they are gone', async () => {
    let questions = 0
    const guard = createStreamGuard({ intervalMs: 5, isValid: async () => ++questions > 0 })
    const streams = Array.from({ length: 1000 }, () => guard.watch(ada))
    while (questions < 3) await sleep(5)
    expect(questions).toBeLessThan(10)
    for (const { release } of streams) release()
    await sleep(20)
    const asked = questions
    await sleep(40)
    expect(questions).toBe(asked)
  })

  it('keeps streams open while nobody can tell whether their credential holds', async () => {
    let questions = 0
    const guard = createStreamGuard({
      intervalMs: 5,
      isValid: async () => {
        questions++
        throw new Error('the database is away')
      },
    })
    const { signal } = guard.watch(ada)
    while (questions < 3) await sleep(5)
    expect(signal.aborted).toBe(false)
    guard.close()
  })

  it('refuses one stream more than it may hold, until another has ended', () => {
    const guard = createStreamGuard({ intervalMs: 1000, maxStreams: 2, isValid: async () => true })
    const first = guard.watch(ada)
    guard.watch(bob)
    expect(() => guard.watch(bob)).toThrow(expect.objectContaining({ code: 'TOO_MANY_STREAMS' }))
    first.release()
    first.release()
    guard.watch(bob)
    expect(() => guard.watch(ada)).toThrow(/2 streams/)
    guard.close()
  })
})
