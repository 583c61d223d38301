import { describe, expect, test } from 'vitest'
import { retryLost } from '#server/journal/retryLost.ts'

const coded = (code: string) => Object.assign(new Error('secret'), { code })

/** A clock that moves by what is asked of it, so that no test waits long. */
function clock(stepMs: number) {
  let at = 0
  return () => {
    at += stepMs
    return at
  }
}

describe('retryLost', () => {
  test.each(['CONNECTION_CLOSED', 'ECONNREFUSED', '57P01', '40001', '53300', '25006'])(
    'repeats what failed with %s until it succeeds',
    async (code) => {
      let tries = 0
      const operation = async () => {
        tries++
        if (tries < 2) throw coded(code)
        return 'done'
      }
      expect(await retryLost(operation, { now: () => 0, deadline: 1000 })).toBe('done')
      expect(tries).toBe(2)
    },
  )

  test('gives up at the deadline, with the code and without the text of the failure', async () => {
    const operation = () => Promise.reject(coded('ECONNREFUSED'))
    const failed = retryLost(operation, { now: clock(200), deadline: 1000 })
    await expect(failed).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await expect(failed).rejects.toThrow(/ECONNREFUSED/)
    await expect(failed).rejects.not.toThrow(/secret/)
  })

  test('ends the wait for an answer that never comes', async () => {
    const failed = retryLost(() => new Promise(() => {}), { now: clock(20), deadline: 50 })
    await expect(failed).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })

  test.each(['42P01', '22P02', 'NOT_FOUND', ''])('does not repeat what failed with "%s"', async (code) => {
    let tries = 0
    const operation = () => {
      tries++
      return Promise.reject(coded(code))
    }
    await expect(retryLost(operation, { now: () => 0, deadline: 1000 })).rejects.toThrow('secret')
    expect(tries).toBe(1)
  })
})
