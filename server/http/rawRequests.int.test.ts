import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openSocket } from '#server/start/openSocket.ts'
import { type ApiServer, openApiServer } from '#testing/apiServer.ts'
import { rawRequests } from '#testing/badInput/rawRequests.ts'
import { countStored } from '#testing/badInput/stored.ts'
import { type Caller, headOf, makeJob, send } from '#testing/httpDoor.ts'

let server: ApiServer
let door: Caller
let jobId: string

beforeAll(async () => {
  server = await openApiServer()
  const { key } = await server.newKey(await server.newOrg())
  door = { url: server.url, key }
  jobId = await makeJob(door)
})

afterAll(() => server[Symbol.asyncDispose]())

beforeEach(() => {
  server.logLines.length = 0
})

/** Says exactly this, and returns all that is answered until the other side hangs up. */
async function say(text: string): Promise<string> {
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  let answer = ''
  socket.on('data', (bytes) => {
    answer += bytes.toString('latin1')
  })
  // A refusal may close the connection while the rest is still being sent.
  socket.on('error', () => {})
  socket.end(text, 'latin1')
  await once(socket, 'close')
  return answer
}

describe('bytes on a socket', () => {
  it.each(rawRequests)('with $name are refused', async ({ text, status, code }) => {
    const { sql } = server.services
    const stored = await countStored(sql, { jobId: '00000000-0000-0000-0000-000000000000' })
    const answer = await say(text.replace('<path>', `/runner-jobs/${jobId}/events`).replace('<key>', door.key))
    if (status === null) expect(answer).toBe('')
    else expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*"code":"${code ?? ''}`, 's'))
    expect(await countStored(sql, { jobId: '00000000-0000-0000-0000-000000000000' })).toEqual(stored)
    expect(server.logLines).toEqual([])
    expect((await send(door, { path: '/livez' })).status).toBe(200)
  })
})

const posting =
  'POST /api/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer <key>\r\nContent-Type: application/json\r\n'

describe('a request that never arrives whole', () => {
  it.each([
    ['says nothing', ''],
    ['ends within its headers', 'POST /api/jobs HTTP/1.1\r\nHost: x\r\nX-A: '],
    ['ends within its body', `${posting}Content-Length: 9\r\n\r\n{`],
    ['ends within a chunk', `${posting}Transfer-Encoding: chunked\r\n\r\n9\r\n{`],
  ])('is answered and hung up on when it %s', async (_what, text) => {
    const pages = { handle: async () => {} }
    const impatient = await openSocket({ host: '127.0.0.1', port: 0, pages, requestMs: 300 })
    const address = impatient.address()
    const socket = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1')
    let answer = ''
    socket.on('data', (bytes) => {
      answer += bytes.toString()
    })
    socket.write(text.replace('<key>', door.key))
    await once(socket, 'close')
    impatient.close()
    expect(answer).toMatch(/^HTTP\/1\.1 408 .*"code":"INVALID_INPUT"/s)
  })
})

it('leaves the job as it was', async () => {
  expect(await headOf(door, jobId)).toBe(1)
})
