import { expect, it } from 'vitest'
import { openApiServer } from '#testing/apiServer.ts'
import { generateAttacks } from '#testing/badInput/generateAttacks.ts'
import { openConnections } from '#testing/badInput/keepAlive.ts'
import { startNeighbour } from '#testing/badInput/neighbour.ts'
import { faultOf } from '#testing/badInput/refusal.ts'
import { countStored } from '#testing/badInput/stored.ts'
import { makeJob } from '#testing/httpDoor.ts'

const CASES = 10_000
/** Each stays open for its share of the cases. */
const CONNECTIONS = 6
/** The same cases every time; another number tries others. */
const SEED = 20_261_122

it(`refuses ${CASES} generated requests of all kinds, storing nothing and hurting nobody`, async () => {
  await using server = await openApiServer()
  const { key } = await server.newKey(await server.newOrg())
  const door = { url: server.url, key }
  const jobId = await makeJob(door)
  await using neighbour = await startNeighbour(door)
  const stored = await countStored(server.services.sql, neighbour)
  const attacks = [...generateAttacks({ jobId, key }, { seed: SEED, count: CASES })]
  const faults: string[] = []
  const sockets = new Set<unknown>()
  server.server.on('connection', (socket) => sockets.add(socket))

  using connections = openConnections(door, CONNECTIONS)
  async function attack(lane: number): Promise<void> {
    for (let i = lane; i < attacks.length; i += CONNECTIONS) {
      const { what = '', sent = { path: '/' } } = attacks[i] ?? {}
      const fault = await connections.send(sent).then(faultOf, String)
      if (fault !== null) faults.push(`case ${i}, ${what.slice(0, 200)}: ${fault}`)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, lane) => attack(lane)))

  expect(faults).toEqual([])
  expect(await neighbour.stop()).toEqual([])
  expect(server.logLines).toEqual([])
  expect(await countStored(server.services.sql, neighbour)).toEqual(stored)
  // A refusal that closes its connection would show as many more of them; the neighbour has its own.
  expect(sockets.size).toBeLessThan(4 * CONNECTIONS)
}, 120_000)
