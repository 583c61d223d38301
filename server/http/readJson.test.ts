import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WaybillError } from '#domain/errors.ts'
import { parseJsonText, readJson } from '#server/http/readJson.ts'

function refusalOf(text: string): WaybillError {
  try {
    parseJsonText(text)
  } catch (error) {
    return error as WaybillError
  }
  throw new Error('nothing was refused')
}

function post(body: BodyInit, headers: Record<string, string> = {}): Request {
  return new Request('http://x/', {
    method: 'POST',
    body,
    duplex: 'half',
    headers: { 'content-type': 'application/json', ...headers },
  } as RequestInit)
}

/** A body that comes in pieces of these sizes, in bytes. */
function inPieces(text: string, sizes: readonly number[]): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  let at = 0
  let piece = 0
  return new ReadableStream({
    pull(controller) {
      const size = sizes[piece++ % sizes.length] ?? 1
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(at, at + size))
      at += size
    },
  })
}

describe('parseJsonText', () => {
  it.each([
    ['a request', '{"events":[{},{},{"payload":{"a~b/c":"\\u0000"}}]}'],
    ['a call of a tRPC batch', '{"0":{"events":[{},{},{"payload":{"a~b/c":"\\u0000"}}]}}'],
  ])('names the event and the place in it for %s', (_what, text) => {
    const { code, details, message } = refusalOf(text)
    expect({ code, details }).toEqual({ code: 'NUL_CHARACTER', details: { index: 2, path: '/payload/a~0b~1c' } })
    expect(message).toMatch(/^Event 2: /)
  })

  it('leaves places outside of events as they are', () => {
    expect(refusalOf('{"inputs":{"events":["\\ud800"]}}').details).toEqual({ path: '/inputs/events/0' })
  })
})

describe('readJson', () => {
  it('reads the same whatever pieces the body comes in, cut inside characters too', async () => {
    const value = { text: 'Grüße, 世界, 🏗️ and \u2028' }
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(sizes, async (pieces) => {
        expect(await readJson(post(inPieces(JSON.stringify(value), pieces)))).toEqual(value)
      }),
    )
  })

  it('counts what comes in when nobody says how much it is', async () => {
    let pulled = 0
    const endless = new ReadableStream({
      pull(controller) {
        pulled++
        controller.enqueue(new Uint8Array(1024 * 1024).fill(0x20))
      },
    })
    await expect(readJson(post(endless))).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
    expect(pulled).toBeLessThan(8)
  })

  it('does not read at all what says to be too large', async () => {
    let pulled = 0
    const body = new ReadableStream({ pull: () => void pulled++ }, { highWaterMark: 0 })
    await expect(readJson(post(body, { 'content-length': '4194305' }))).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
    })
    expect(pulled).toBe(0)
  })

  it('says so when the sender goes away halfway', async () => {
    const aborted = () =>
      new ReadableStream({
        pull: (controller) => controller.error(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })),
      })
    await expect(readJson(post(aborted()))).rejects.toMatchObject({ code: 'BODY_INCOMPLETE' })
    const announced = readJson(post(aborted(), { 'content-length': '10' }))
    await expect(announced).rejects.toMatchObject({ code: 'BODY_INCOMPLETE' })
  })

  it.each(['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON'])('takes %s', async (type) => {
    expect(await readJson(post('[]', { 'content-type': type }))).toEqual([])
  })

  it.each(['text/plain', 'application/jsonx', 'multipart/form-data; boundary=x', ''])('refuses %s', async (type) => {
    await expect(readJson(post('[]', { 'content-type': type }))).rejects.toMatchObject({
      code: 'UNSUPPORTED_MEDIA_TYPE',
    })
  })
})
