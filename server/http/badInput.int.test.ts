import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ApiServer, openApiServer } from '#testing/apiServer.ts'
import {
  badCookies,
  badCredentials,
  badMedia,
  badProcedures,
  badSeqs,
  badValues,
  brokenTexts,
  largeBodies,
  wrongRoots,
} from '#testing/badInput/corpus.ts'
import { type Neighbour, startNeighbour } from '#testing/badInput/neighbour.ts'
import { faultOf } from '#testing/badInput/refusal.ts'
import { countStored } from '#testing/badInput/stored.ts'
import { entries, type Names, readRoutes, validInputs } from '#testing/badInput/surface.ts'
import { type Caller, makeJob, type Sent, send } from '#testing/httpDoor.ts'

let server: ApiServer
let door: Caller
let names: Names
let neighbour: Neighbour
let stored: Record<string, number>

beforeAll(async () => {
  server = await openApiServer()
  const { key } = await server.newKey(await server.newOrg())
  door = { url: server.url, key }
  names = { jobId: await makeJob(door), key }
  neighbour = await startNeighbour(door)
  stored = await countStored(server.services.sql, neighbour)
})

afterAll(async () => {
  expect(await neighbour.stop()).toEqual([])
  await server[Symbol.asyncDispose]()
})

beforeEach(() => {
  server.logLines.length = 0
})

/** Sends all; each has to be refused, and nothing of them stored, logged as a failure or felt by others. */
async function expectRefusals(attacks: Iterable<[name: string, sent: Sent]>): Promise<void> {
  const faults: string[] = []
  for (const [name, sent] of attacks) {
    const fault = faultOf(await send(door, sent))
    if (fault !== null) faults.push(`${name.slice(0, 60)}: ${fault}`)
  }
  expect(faults).toEqual([])
  expect(server.logLines).toEqual([])
  expect(await countStored(server.services.sql, neighbour)).toEqual(stored)
}

it('has a valid input for all that check theirs', () => {
  const checked = entries.filter((entry) => entry.isChecked).map((entry) => entry.name)
  expect(Object.keys(validInputs).sort()).toEqual(checked.sort())
})

describe.each(entries.map((entry) => [entry.name, entry] as const))('%s', (_name, entry) => {
  const cases = (texts: Record<string, string>) =>
    Object.entries(texts).map(([name, text]): [string, Sent] => [name, entry.send(text, names)])

  it('refuses what is no JSON', async () => {
    // An absent input is none, which some take: an empty parameter counts as absent.
    const texts = Object.entries(brokenTexts).filter(([name, text]) => entry.takes === 'body' || fits(name, text))
    await expectRefusals(cases(Object.fromEntries(texts)))
  })

  it('refuses JSON that nothing keeps, wherever it stands', async () => {
    const texts = Object.entries(badValues).flatMap(([name, text]) => [
      [name, text],
      [`${name} in a list`, `[0,${text}]`],
      [`${name} in a field`, `{"inputs":{"a":${text}}}`],
    ])
    await expectRefusals(cases(Object.fromEntries(texts)))
  })

  if (entry.isChecked)
    it('refuses JSON of another shape', async () => {
      await expectRefusals(cases(wrongRoots))
    })

  if (entry.takes === 'body')
    it('refuses bodies that are too large or no text', async () => {
      const bodies = Object.entries(largeBodies).map(([name, make]): [string, Sent] => [
        name,
        entry.send(make(), names),
      ])
      await expectRefusals(bodies)
    })

  if (entry.takes === 'body')
    it('refuses other media', async () => {
      const valid = JSON.stringify(validInputs[entry.name]?.(names) ?? {})
      await expectRefusals(
        Object.entries(badMedia).map(([name, headers]) => [name, { ...entry.send(valid, names), headers }]),
      )
    })

  if (entry.name !== 'POST /api/session')
    it('lets nobody in with a broken credential', async () => {
      const sent = entry.send(JSON.stringify(validInputs[entry.name]?.(names) ?? {}), names)
      await expectRefusals(withCredentials(sent))
    })

  /** Other ways to say nothing, and what a URL cannot be long enough for. */
  function fits(name: string, text: string): boolean {
    return name !== 'nothing' && text.length < 10_000
  }
})

function* withCredentials(sent: Sent): Generator<[string, Sent]> {
  const { cookieName } = server.services.auth
  for (const authorization of badCredentials) {
    yield [authorization, { ...sent, key: null, headers: { authorization } }]
  }
  for (const pattern of badCookies) {
    const cookie = pattern.replace('$', cookieName)
    yield [cookie, { ...sent, key: null, headers: { cookie, origin: door.url } }]
  }
}

describe.each(readRoutes.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_name, route) => {
  const path = () => route.path.replace(':jobId', names.jobId).replace(':page', '0').replace(':event', '1')

  it('refuses positions that are none', async () => {
    const parameters = Object.entries(route.docs.query ?? {}).filter(([, { schema }]) => schema)
    await expectRefusals(
      parameters.flatMap(([name]) => [
        ...['', ...badSeqs].map((text): [string, Sent] => [
          `${name}=${text.slice(0, 40)}`,
          { path: `${path()}?${name}=${encodeURIComponent(text)}` },
        ]),
        [`${name} twice`, { path: `${path()}?${name}=1&${name}=1` }],
      ]),
    )
  })

  it('refuses parameters with NUL, and types that are none', async () => {
    const parameters = Object.entries(route.docs.query ?? {}).filter(([, { schema }]) => !schema)
    await expectRefusals(
      parameters.flatMap(([name]): [string, Sent][] => [
        [`${name} with NUL`, { path: `${path()}?${name}=a%00b` }],
        [`${name} twice`, { path: `${path()}?${name}=a&${name}=b` }],
        [`${name} too long`, { path: `${path()}?${name}=${'x'.repeat(5000)}` }],
      ]),
    )
  })

  if (route.path.includes(':jobId'))
    it('knows no other job', async () => {
      const ids = [randomUUID(), '', ' ', '%00', '%', 'null', '0', "'", names.jobId.slice(1), `${names.jobId}x`]
      await expectRefusals(
        ['%F0%9F%98%80', `${names.jobId}%00`, `${names.jobId}%0a`, 'x'.repeat(5000), ...ids].map((id) => [
          id,
          { path: route.path.replace(':jobId', id).replace(':page', '0').replace(':event', '1') },
        ]),
      )
    })

  if (route.path.includes(':page'))
    it('knows no page that is none, nor one beyond the last', async () => {
      const pages = ['-1', '00', '1.0', '1e0', '0x0', 'a', ' ', '%00', '%', '9'.repeat(30), '1', '9999999999']
      await expectRefusals(
        pages.map((page) => [page, { path: route.path.replace(':jobId', names.jobId).replace(':page', page) }]),
      )
    })

  if (route.path.includes(':event'))
    it('knows no event that is none, nor one beyond the head, nor one of another job', async () => {
      const events = [
        '0',
        '-1',
        '01',
        '1.0',
        '1e0',
        'a',
        ' ',
        '%00',
        '%',
        '9'.repeat(16),
        '9'.repeat(30),
        '9007199254740991',
        '9007199254740993',
      ]
      const ids = [randomUUID(), `${randomUUID()}%00`, names.jobId, '%F0%9F%98%80', 'x'.repeat(5000)]
      await expectRefusals(
        [...events, ...ids].map((event) => [
          event,
          { path: route.path.replace(':jobId', names.jobId).replace(':event', event) },
        ]),
      )
    })

  it('lets nobody in with a broken credential', async () => {
    await expectRefusals(withCredentials({ path: path() }))
  })
})

describe('a position in a stream', () => {
  it.each(badSeqs.filter((text) => !text.includes('\0') && /^[\x20-\x7e]*$/.test(text)))(
    'is not Last-Event-ID %s',
    async (id) => {
      const headers = { 'last-event-id': id }
      const input = encodeURIComponent(JSON.stringify({ jobId: names.jobId }))
      await expectRefusals([
        ['the stream', { path: `/runner-jobs/${names.jobId}/events/stream`, headers }],
        ['the subscription', { path: `/api/trpc/events.follow?input=${input}`, headers }],
        ['its parameter', { path: `/api/trpc/events.follow?input=${input}&lastEventId=${encodeURIComponent(id)}` }],
      ])
    },
  )

  it('is not beyond the head', async () => {
    const headers = { 'last-event-id': '2' }
    const input = encodeURIComponent(JSON.stringify({ jobId: names.jobId }))
    await expectRefusals([
      ['the stream', { path: `/runner-jobs/${names.jobId}/events/stream`, headers }],
      ['the subscription', { path: `/api/trpc/events.follow?input=${input}`, headers }],
    ])
  })
})

it('refuses procedures, batches and parameters that are none', async () => {
  await expectRefusals(
    Object.entries(badProcedures).flatMap(([name, target]): [string, Sent][] => [
      [name, { path: `/api/trpc/${target}` }],
      [`${name}, posted`, { path: `/api/trpc/${target}`, json: {} }],
    ]),
  )
})

it('refuses keys that were revoked and keys that have expired', async () => {
  const { auth } = server.services
  const [revoked, orgId] = [await server.newKey(await server.newOrg()), await server.newOrg()]
  const made = { orgId, userId: 'ada', kind: 'user', name: 'old', scopes: ['emit', 'read', 'admin'] } as const
  const expired = await auth.createKey({ ...made, expiresAt: new Date(Date.now() - 1000) })
  const [row] = await server.services.sql<{ org_id: string }[]>`select org_id from api_keys where id = ${revoked.keyId}`
  await auth.revokeKey({ orgId: row?.org_id ?? '', keyId: revoked.keyId })
  stored = await countStored(server.services.sql, neighbour)
  await expectRefusals(
    [revoked.key, expired.key].flatMap((key) =>
      entries.map((entry): [string, Sent] => {
        const input = { ...validInputs[entry.name]?.(names), ...(entry.name === 'POST /api/session' && { key }) }
        return [`${entry.name} by ${key}`, { ...entry.send(JSON.stringify(input), names), key }]
      }),
    ),
  )
})
