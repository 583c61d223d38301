import { randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import type { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { openValkey, type Valkey } from '#server/live/valkey.ts'
import { connectForCommands, parseValkeyUrl } from '#server/live/valkeyClient.ts'
import { windowKeys } from '#server/live/windowKeys.ts'
import { openTcpProxy } from '#testing/tcpProxy.ts'
import { startValkey, testValkeyUrl } from '#testing/valkey.ts'
import { waitFor } from '#testing/waitFor.ts'

type Heard = { wakes: [string, number][]; gaps: string[]; ups: number }

function listen(url: string, epoch: string): { valkey: Valkey; heard: Heard } & Disposable {
  const heard: Heard = { wakes: [], gaps: [], ups: 0 }
  const valkey = openValkey({
    url,
    epoch,
    isCertain: () => true,
    log: { info: () => {}, warn: () => {} },
    onWake: (channel, last) => heard.wakes.push([channel, last]),
    onGap: (channels) => heard.gaps.push(...channels),
    onUp: () => heard.ups++,
  })
  return { valkey, heard, [Symbol.dispose]: () => valkey.close() }
}

const entry = (seq: number) => ({ seq, type: 'step.output', field: 'json', value: '{}' }) as const
const append = ({ window }: Valkey, jobId: string, seq: number) =>
  window.append({ jobId, entries: [entry(seq)], final: false })

test('tells of what another process adds, on the channels that are wanted and no others', async () => {
  const epoch = randomUUID()
  const jobs = [randomUUID(), randomUUID()] as const
  const [wanted, other] = jobs.map((jobId) => windowKeys(epoch, jobId).wake)
  using reader = listen(testValkeyUrl(), epoch)
  using writer = listen(testValkeyUrl(), epoch)
  await waitFor(() => reader.valkey.isUp() && writer.valkey.isUp())
  await reader.valkey.wakeUps.subscribe(wanted ?? '')
  await reader.valkey.wakeUps.subscribe(other ?? '')
  reader.valkey.wakeUps.unsubscribe(other ?? '')
  await append(writer.valkey, jobs[1], 1)
  await append(writer.valkey, jobs[0], 1)
  await append(writer.valkey, jobs[0], 2)
  await waitFor(() => reader.heard.wakes.length === 2)
  expect(reader.heard.wakes).toEqual([
    [wanted, 1],
    [wanted, 2],
  ])
})

test('uses one subscriber connection, however many jobs are followed', async () => {
  await using server = await startValkey()
  using reader = listen(server.url, 'e')
  const inspector = connectForCommands(parseValkeyUrl(server.url)) as Redis
  await waitFor(() => reader.valkey.isUp() && inspector.status === 'ready')
  await Promise.all(Array.from({ length: 100 }, () => reader.valkey.wakeUps.subscribe(`c-${randomUUID()}`)))
  const clients = String(await inspector.client('LIST'))
    .trim()
    .split('\n')
  inspector.disconnect()
  expect(clients.filter((line) => / sub=[1-9]/.test(line)).map((line) => / sub=(\d+)/.exec(line)?.[1])).toEqual(['100'])
})

test('subscribes again after Valkey was restarted, and says what may have been missed', async () => {
  await using server = await startValkey()
  using reader = listen(server.url, 'e')
  await waitFor(() => reader.valkey.isUp())
  const jobId = randomUUID()
  const channel = windowKeys('e', jobId).wake
  await reader.valkey.wakeUps.subscribe(channel)
  await server.kill9()
  await waitFor(() => !reader.valkey.isUp() && !reader.valkey.isUsable())
  await server.restart()
  await waitFor(() => reader.heard.gaps.includes(channel) && reader.valkey.isUp())
  expect(reader.heard.ups).toBe(2)
  await append(reader.valkey, jobId, 1)
  await waitFor(() => reader.heard.wakes.length === 1)
})

test('finds out that a connection is half-open, though it never closes', async () => {
  await using server = await startValkey()
  await using proxy = await openTcpProxy(server.port)
  using reader = listen(`redis://127.0.0.1:${proxy.port}`, 'e')
  using writer = listen(server.url, 'e')
  await waitFor(() => reader.valkey.isUp() && writer.valkey.isUp())
  const jobId = randomUUID()
  const channel = windowKeys('e', jobId).wake
  await reader.valkey.wakeUps.subscribe(channel)
  proxy.freeze()
  await append(writer.valkey, jobId, 1)
  proxy.thaw()
  await waitFor(() => reader.heard.gaps.includes(channel))
  await append(writer.valkey, jobId, 2)
  await waitFor(() => reader.heard.wakes.some(([, last]) => last === 2))
})

test('leaves a Valkey alone for a moment that does not answer in time', async () => {
  await using server = await startValkey()
  await using proxy = await openTcpProxy(server.port)
  using reader = listen(`redis://127.0.0.1:${proxy.port}`, 'e')
  await waitFor(() => reader.valkey.isUp())
  proxy.freeze()
  expect(await reader.valkey.attempt((window) => window.look(randomUUID()))).toBeNull()
  expect(reader.valkey.isUsable()).toBe(false)
  proxy.thaw()
  await waitFor(() => reader.valkey.isUsable())
  expect(await reader.valkey.attempt((window) => window.look(randomUUID()))).toEqual({ first: 0, last: 0, length: 0 })
})

test('says in one line, once, that something else listens where Valkey should, and that Valkey is there', async () => {
  const stranger = createServer((socket) => void socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n'))
  await using server = await startValkey()
  await server.stop()
  stranger.listen(server.port, '127.0.0.1')
  const said: unknown[][] = []
  const log = { info: (...all: unknown[]) => said.push(all), warn: (...all: unknown[]) => said.push(all) }
  const valkey = openValkey({
    url: server.url,
    epoch: 'e',
    isCertain: () => true,
    log,
    onWake: () => {},
    onGap: () => {},
    onUp: () => {},
  })
  await waitFor(() => said.length === 1)
  stranger.close()
  await server.restart()
  await waitFor(() => valkey.isUp())
  valkey.close()
  expect(said).toEqual([
    [expect.stringMatching(/^Valkey cannot be reached: /), { reason: expect.stringMatching(/^[^\n]*"H"$/) }],
    ['Valkey is back'],
  ])
})
