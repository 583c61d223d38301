import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { findProcess } from '#server/embedded/findProcess.ts'
import { startPostgres } from '#testing/postgres.ts'
import { testServices } from '#testing/services.ts'
import { startValkey, testValkeyUrl } from '#testing/valkey.ts'

test('a PostgreSQL of its own keeps what was committed before a kill -9', async () => {
  await using server = await startPostgres({ max_connections: '20' })
  const sql = postgres(server.url, { max: 1, onclose: () => {} })
  await sql`create table kept (n int)`
  await sql`insert into kept values (7)`
  const before = server.pid
  await server.kill9()
  await server.restart()
  expect(server.pid).not.toBe(before)
  expect(await sql`select n from kept`).toEqual([{ n: 7 }])
  expect(await sql`show max_connections`).toEqual([{ max_connections: '20' }])
  await sql.end()
})

test('a Valkey of its own is empty after a restart on the same port', async () => {
  await using server = await startValkey({ maxmemory: '5mb' })
  expect(await ask(server.port, 'SET k v')).toBe('+OK')
  await server.kill9()
  await server.restart()
  expect(await ask(server.port, 'GET k')).toBe('$-1')
  expect(await ask(server.port, 'CONFIG GET maxmemory')).toContain('5242880')
})

test('the shared Valkey answers', async () => {
  expect(await ask(Number(new URL(testValkeyUrl()).port), 'PING')).toBe('+PONG')
})

test('the reaper ends the processes of a run that was killed, and removes its directory', async () => {
  const runDirectory = mkdtempSync(join(tmpdir(), 'waybill-reaped-'))
  const reaper = spawn(process.execPath, [fileURLToPath(new URL('reaper.ts', import.meta.url)), runDirectory], {
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const left = spawn('sh', ['-c', `sleep 60; : ${runDirectory}`], { detached: true, stdio: 'ignore' })
  const ended = Promise.all([once(reaper, 'exit'), once(left, 'exit')])
  reaper.stdin.end()
  expect(await ended).toEqual([
    [0, null],
    [null, 'SIGKILL'],
  ])
  expect(existsSync(runDirectory)).toBe(false)
})

test('a disposed server leaves no process behind', async () => {
  const pids: number[] = []
  {
    await using database = await startPostgres()
    await using valkey = await startValkey()
    pids.push(database.pid, valkey.pid)
    expect(pids.map((pid) => findProcess(pid)?.args.includes(testServices().runDirectory))).toEqual([true, true])
  }
  await sleep(0)
  expect(pids.map((pid) => findProcess(pid))).toEqual([undefined, undefined])
})

async function ask(port: number, command: string): Promise<string> {
  const socket = createConnection({ host: '127.0.0.1', port })
  socket.write(`${command}\r\n`)
  const [answer] = await once(socket, 'data')
  socket.destroy()
  return String(answer).trim()
}
