import { getEventListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Credential, sessionCredential } from '#server/auth/credential.ts'
import { createStreamGuard, type StreamGuardOptions } from '#server/auth/streamGuard.ts'

const [ada, bob] = [sessionCredential('ada'), sessionCredential('bob')]
const HOUR_MS = 3_600_000

afterEach(() => void vi.useRealTimers())

type Options = Partial<Omit<StreamGuardOptions, 'limits'>> & { limits?: Partial<StreamGuardOptions['limits']> }

function openGuard({ intervalMs = 5, isValid = async () => true, limits }: Options = {}) {
  const guard = createStreamGuard({
    intervalMs,
    isValid,
    limits: { most: 10_000, mostPerOrg: 10_000, ageMs: HOUR_MS, ...limits },
  })
  onTestFinished(() => guard.close())
  const watch = (credential: Credential, { orgId = 'acme', request = new AbortController().signal } = {}) =>
    guard.watch({ credential, orgId, request })
  return { watch }
}

describe('createStreamGuard', () => {
  it('ends all streams of a credential that is no longer valid, and no other', async () => {
    const valid = new Set([ada.mark, bob.mark])
    const { watch } = openGuard({ isValid: async ({ mark }) => valid.has(mark) })
    const streams = [watch(ada), watch(ada), watch(bob)]
    await sleep(20)
    expect(streams.map(({ ending }) => ending())).toEqual([null, null, null])
    valid.delete(ada.mark)
    while (!streams[0]?.signal.aborted) await sleep(5)
    expect(streams.map(({ ending }) => ending())).toEqual(['credential', 'credential', null])
  })

  it('asks once for a thousand streams of one credential, and no more once they are gone', async () => {
    let questions = 0
    const { watch } = openGuard({ isValid: async () => ++questions > 0 })
    const streams = Array.from({ length: 1000 }, () => watch(ada))
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
    const { watch } = openGuard({
      isValid: async () => {
        questions++
        throw new Error('the database is away')
      },
    })
    const { signal } = watch(ada)
    while (questions < 3) await sleep(5)
    expect(signal.aborted).toBe(false)
  })

  it('refuses one stream more than it may hold, until another has ended', () => {
    const { watch } = openGuard({ limits: { most: 2 } })
    const first = watch(ada)
    watch(bob)
    expect(() => watch(bob)).toThrow(expect.objectContaining({ code: 'TOO_MANY_STREAMS' }))
    first.release()
    first.release()
    watch(bob)
    expect(() => watch(ada)).toThrow(/^This server has 2 streams open/)
  })

  it('refuses an organisation more than its share, whichever key it brings, and serves the others', () => {
    const { watch } = openGuard({ limits: { most: 4, mostPerOrg: 2 } })
    const [first] = [watch(ada), watch(bob)]
    expect(() => watch(bob)).toThrow(/^Your organisation has 2 streams open/)
    watch(bob, { orgId: 'other' })
    first.release()
    watch(ada)
    expect(() => watch(ada)).toThrow(expect.objectContaining({ code: 'TOO_MANY_STREAMS' }))
  })

  it('ends streams that are old, some sooner and some later, and none that was released', () => {
    vi.useFakeTimers()
    const { watch } = openGuard()
    const streams = Array.from({ length: 200 }, () => watch(ada))
    const released = watch(bob)
    released.release()
    const old = () => streams.filter(({ ending }) => ending() === 'age').length
    vi.advanceTimersByTime(0.79 * HOUR_MS)
    expect(old()).toBe(0)
    vi.advanceTimersByTime(0.21 * HOUR_MS)
    expect(old()).toBeGreaterThan(50)
    expect(old()).toBeLessThan(150)
    vi.advanceTimersByTime(0.21 * HOUR_MS)
    expect(old()).toBe(200)
    expect(released.ending()).toBeNull()
  })

  it('sets timers for a hundred lengths of time, however many streams come and go', () => {
    const set = vi.spyOn(globalThis, 'setTimeout')
    onTestFinished(() => set.mockRestore())
    const { watch } = openGuard({ intervalMs: 5000 })
    for (let i = 0; i < 5000; i++) watch(ada).release()
    // Of each, Node keeps a list until that time is over.
    const lengths = new Set(set.mock.calls.map(([, length]) => length))
    lengths.delete(5000)
    expect(lengths.size).toBe(100)
  })

  it('ends with its request, and leaves nothing on it', () => {
    const { watch } = openGuard()
    const request = new AbortController()
    const [one, two] = [watch(ada, { request: request.signal }), watch(ada, { request: request.signal })]
    one.release()
    request.abort()
    expect([one.ending(), two.ending()]).toEqual([null, 'left'])
    two.release()
    expect(getEventListeners(request.signal, 'abort')).toEqual([])
    expect(watch(ada, { request: request.signal }).ending()).toBe('left')
  })
})
