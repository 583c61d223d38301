import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { describe, expect, test } from 'vitest'
import { askValkey } from '#server/embedded/askValkey.ts'
import { findProcess } from '#server/embedded/findProcess.ts'
import { openEmbedded } from '#server/embedded/openEmbedded.ts'
import { readEnv } from '#server/env.ts'
import { processesOf } from '#testing/processesOf.ts'
import { startScript } from '#testing/script.ts'
import { testServices } from '#testing/services.ts'
import { waitFor } from '#testing/waitFor.ts'

const { searchPath } = readEnv()

function newDirectory() {
  const path = mkdtempSync(join(testServices().runDirectory, 'embedded-'))
  chmodSync(path, 0o755)
  return { path, dataDir: join(path, 'data'), [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}

async function open(dataDir: string, needs: { needPostgres?: boolean; needValkey?: boolean } = {}) {
  const lines: string[] = []
  const onProgress = (line: string) => lines.push(line)
  const embedded = await openEmbedded({
    dataDir,
    needPostgres: true,
    needValkey: true,
    searchPath,
    onProgress,
    ...needs,
  })
  return { ...embedded, lines, [Symbol.asyncDispose]: embedded.stop }
}

async function query(url: string | undefined, text: string) {
  const sql = postgres(url ?? '', { max: 1, onclose: () => {} })
  try {
    return [...(await sql.unsafe(text))]
  } finally {
    await sql.end()
  }
}

const portOf = (url: string | undefined) => Number(new URL(url ?? '').port)
const passwordOf = (url: string | undefined) => decodeURIComponent(new URL(url ?? '').password)
const pidIn = (path: string) => Number(readFileSync(path, 'utf8').split('\n')[0])

/** A Waybill that opened its databases; the way it ends is what is tested. */
const owner = (
  dataDir: string,
  then = "process.on('SIGINT', () => setTimeout(() => console.log('interrupted'), 200)); setInterval(() => {}, 1000)",
) => `
  import { openEmbedded } from '#server/embedded/openEmbedded.ts'
  const opened = await openEmbedded({ dataDir: ${JSON.stringify(dataDir)}, needPostgres: true, needValkey: true,
    searchPath: ${JSON.stringify(searchPath)}, onProgress: () => {} })
  ${then}
  // Last: a signal that this line brings on must find its handler.
  console.log('open ' + opened.databaseUrl)`

test('serves both from an empty directory, keeps the database over a restart, and ends both with stop', async () => {
  using directory = newDirectory()
  const first = await open(directory.dataDir)
  await query(first.databaseUrl, 'create table kept as select 42 as n')
  const valkey = { port: portOf(first.valkeyUrl), password: passwordOf(first.valkeyUrl) }
  expect(await askValkey(valkey)).toBe(true)
  const pids = [
    pidIn(`${directory.dataDir}/postgres/data/postmaster.pid`),
    pidIn(`${directory.dataDir}/valkey/valkey.pid`),
  ]
  await Promise.all([first.stop(), first.stop()])
  expect(pids.map(findProcess)).toEqual([undefined, undefined])
  expect(existsSync(join(directory.dataDir, 'lock'))).toBe(false)

  await using second = await open(directory.dataDir)
  expect(await query(second.databaseUrl, 'select n from kept')).toEqual([{ n: 42 }])
  expect(second.lines.join('\n')).not.toContain('preparing')
})

test('asks for a password, listens on loopback alone and makes commits durable', async () => {
  using directory = newDirectory()
  await using embedded = await open(directory.dataDir)
  const stranger = new URL(embedded.databaseUrl ?? '')
  stranger.password = 'guess'
  await expect(query(stranger.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  expect(await askValkey({ port: portOf(embedded.valkeyUrl), password: undefined })).toBe(false)
  expect(await askValkey({ port: portOf(embedded.valkeyUrl), password: 'guess' })).toBe(false)
  const settings = await query(
    embedded.databaseUrl,
    `select name, setting from pg_settings where name in
     ('listen_addresses', 'unix_socket_directories', 'fsync', 'synchronous_commit', 'full_page_writes') order by name`,
  )
  expect(settings.map(({ name, setting }) => `${name}=${setting}`)).toEqual([
    'fsync=on',
    'full_page_writes=on',
    'listen_addresses=127.0.0.1',
    'synchronous_commit=on',
    'unix_socket_directories=',
  ])
})

test('writes no value of a refused statement into the server log', async () => {
  using directory = newDirectory()
  await using embedded = await open(directory.dataDir, { needValkey: false })
  await expect(query(embedded.databaseUrl, "select 's3cret'::uuid")).rejects.toMatchObject({ code: '22P02' })
  expect(readFileSync(`${directory.dataDir}/postgres/server.log`, 'utf8')).not.toContain('s3cret')
})

test('stops what a kill -9 left running, loses nothing, and runs again', async () => {
  using directory = newDirectory()
  await using killed = await startScript(owner(directory.dataDir))
  const line = await killed.line('open ')
  await query(line.slice('open '.length), 'create table kept as select 1 as n')
  await killed.end('SIGKILL')
  const left = [
    pidIn(`${directory.dataDir}/postgres/data/postmaster.pid`),
    pidIn(`${directory.dataDir}/valkey/valkey.pid`),
  ]
  expect(left.map((pid) => findProcess(pid) !== undefined)).toEqual([true, true])

  await using embedded = await open(directory.dataDir)
  expect(left.map(findProcess)).toEqual([undefined, undefined])
  expect(embedded.lines.filter((line) => line.includes('left running'))).toHaveLength(2)
  expect(await query(embedded.databaseUrl, 'select n from kept')).toEqual([{ n: 1 }])
})

test('refuses a second start on the same directory and leaves the first one alone', async () => {
  using directory = newDirectory()
  await using first = await open(directory.dataDir)
  await expect(open(directory.dataDir)).rejects.toMatchObject({
    code: 'DATA_DIR_IN_USE',
    message: expect.stringContaining(`pid ${process.pid}`),
  })
  expect(await query(first.databaseUrl, 'select 1 as n')).toEqual([{ n: 1 }])
})

test('ends its children when the process exits without stopping them', async () => {
  using directory = newDirectory()
  await using script = await startScript(owner(directory.dataDir, 'process.exit(3)'))
  expect((await script.ended).code).toBe(3)
  // A clean end removes them; nobody waits for it any more.
  const marks = ['lock', 'postgres/data/postmaster.pid', 'valkey/valkey.pid'].map((name) =>
    join(directory.dataDir, name),
  )
  await expect.poll(() => marks.filter(existsSync), { timeout: 20_000 }).toEqual([])
})

test('keeps a Ctrl-C in the terminal from its children', async () => {
  using directory = newDirectory()
  await using script = await startScript(owner(directory.dataDir), { ownGroup: true })
  const line = await script.line('open ')
  const pid = () => pidIn(`${directory.dataDir}/postgres/data/postmaster.pid`)
  const before = pid()
  process.kill(-script.pid, 'SIGINT')
  await script.line('interrupted')
  expect(pid()).toBe(before)
  expect(await query(line.slice('open '.length), 'select 1 as n')).toEqual([{ n: 1 }])
  await script.end('SIGKILL')
  // Heals, so that nothing is left over.
  await using _healed = await open(directory.dataDir)
})

test('starts a server that was killed again, at the same address', async () => {
  using directory = newDirectory()
  await using embedded = await open(directory.dataDir)
  await query(embedded.databaseUrl, 'create table kept as select 5 as n')
  process.kill(pidIn(`${directory.dataDir}/postgres/data/postmaster.pid`), 'SIGKILL')
  process.kill(pidIn(`${directory.dataDir}/valkey/valkey.pid`), 'SIGKILL')
  await expect
    .poll(() => embedded.lines.filter((line) => line.includes('runs again')).length, { timeout: 20_000 })
    .toBe(2)
  expect(await query(embedded.databaseUrl, 'select n from kept')).toEqual([{ n: 5 }])
  const valkey = { port: portOf(embedded.valkeyUrl), password: passwordOf(embedded.valkeyUrl) }
  expect(await askValkey(valkey)).toBe(true)
})

test('stops while a killed server is being started again', async () => {
  using directory = newDirectory()
  const embedded = await open(directory.dataDir, { needValkey: false })
  process.kill(pidIn(`${directory.dataDir}/postgres/data/postmaster.pid`), 'SIGKILL')
  await expect.poll(() => embedded.lines.join(), { timeout: 20_000 }).toContain('ended by itself')
  await embedded.stop()
  const left = existsSync(`${directory.dataDir}/postgres/data/postmaster.pid`)
    ? findProcess(pidIn(`${directory.dataDir}/postgres/data/postmaster.pid`))
    : undefined
  expect(left).toBeUndefined()
})

test('leaves a stranger alone whose pid stands in the pid files', async () => {
  using directory = newDirectory()
  await (await open(directory.dataDir)).stop()
  await using stranger = await startScript("console.log('here'); setInterval(() => {}, 1000)")
  await stranger.line('here')
  const pidFile = `${directory.dataDir}/postgres/data/postmaster.pid`
  writeFileSync(
    pidFile,
    `${stranger.pid}\n${directory.dataDir}/postgres/data\n1700000000\n1\n\n127.0.0.1\n1 1\nready\n`,
  )
  writeFileSync(`${directory.dataDir}/valkey/valkey.pid`, `${stranger.pid}\n`)
  await using embedded = await open(directory.dataDir)
  expect(await query(embedded.databaseUrl, 'select 1 as n')).toEqual([{ n: 1 }])
  expect(findProcess(stranger.pid)).toBeDefined()
})

test('begins anew where an earlier first start was cut short', async () => {
  using directory = newDirectory()
  mkdirSync(`${directory.dataDir}/postgres/data.new/base`, { recursive: true })
  writeFileSync(`${directory.dataDir}/postgres/password.new`, 'half')
  await using embedded = await open(directory.dataDir, { needValkey: false })
  expect(await query(embedded.databaseUrl, 'select 1 as n')).toEqual([{ n: 1 }])
  expect(existsSync(`${directory.dataDir}/postgres/data.new`)).toBe(false)
})

test('refuses data of another PostgreSQL version, with both versions named', async () => {
  using directory = newDirectory()
  await (await open(directory.dataDir, { needValkey: false })).stop()
  writeFileSync(`${directory.dataDir}/postgres/data/PG_VERSION`, '17\n')
  await expect(open(directory.dataDir)).rejects.toMatchObject({
    code: 'DATABASE_UNSUITABLE',
    message: expect.stringMatching(/PostgreSQL 17, .* carries 18/),
  })
  expect(existsSync(join(directory.dataDir, 'lock'))).toBe(false)
})

test('shows the last lines of the server log when PostgreSQL does not start', async () => {
  using directory = newDirectory()
  await (await open(directory.dataDir, { needValkey: false })).stop()
  writeFileSync(`${directory.dataDir}/postgres/data/postgresql.conf`, 'no such = setting =\n')
  await expect(open(directory.dataDir)).rejects.toMatchObject({
    code: 'DATABASE_UNREACHABLE',
    message: expect.stringContaining('syntax error in file'),
  })
})

test('leaves nothing running when it is ended while it prepares a database, and the next start begins anew', async () => {
  using directory = newDirectory()
  const { dataDir } = directory
  const module = `process.on('SIGTERM', () => process.exit(0))\n${owner(dataDir)}`
  await using script = await startScript(module)
  const { pid } = await waitFor(() => processesOf(dataDir).find(({ args }) => args.includes('initdb')))
  // As deaf as it is in those of its steps that take a second.
  process.kill(pid, 'SIGSTOP')
  await script.end('SIGTERM')
  await waitFor(() => findProcess(pid) === undefined)
  await using again = await open(dataDir)
  expect(await query(again.databaseUrl, 'select 1 as n')).toEqual([{ n: 1 }])
})

test('names a directory that cannot be used, and the setting that changes it', async () => {
  using directory = newDirectory()
  writeFileSync(join(directory.path, 'file'), '')
  await expect(open(join(directory.path, 'file', 'data'))).rejects.toMatchObject({
    code: 'DATA_DIR_UNUSABLE',
    message: expect.stringMatching(/file\/data \(ENOTDIR.*WAYBILL_DATA_DIR/),
  })
})

test('goes on without Valkey where there is none, or one too old, and says so', async () => {
  using directory = newDirectory()
  const needs = { dataDir: directory.dataDir, needPostgres: false, needValkey: true, onProgress: () => {} }
  const none = await openEmbedded({ ...needs, searchPath: directory.path })
  expect(none).toMatchObject({ notes: [expect.stringContaining('no valkey-server is on PATH')] })
  writeFileSync(join(directory.path, 'valkey-server'), '#!/bin/sh\necho "Valkey server v=7.2.5 sha=0"\n', {
    mode: 0o755,
  })
  const old = await openEmbedded({ ...needs, searchPath: directory.path })
  expect(old).toMatchObject({ notes: [expect.stringContaining('not Valkey 8 or newer')] })
  expect([none.valkeyUrl, old.valkeyUrl, existsSync(directory.dataDir)]).toEqual([undefined, undefined, false])
})

describe.runIf(process.getuid?.() === 0)('as root, below a directory closed to everybody else', () => {
  async function closedDirectory() {
    const directory = newDirectory()
    chmodSync(directory.path, 0o700)
    return directory
  }

  test('keeps the databases where their user can reach them, says where, and finds them again', async () => {
    using directory = await closedDirectory()
    const first = await open(directory.dataDir)
    const [note = ''] = first.notes
    expect(note).toMatch(/^The databases lie in \/var\/lib\/waybill\/[0-9a-f]{16}, because user \w+ cannot reach /)
    const place = /\/var\/lib\/waybill\/[0-9a-f]{16}/.exec(note)?.[0] ?? ''
    using _removed = { [Symbol.dispose]: () => rmSync(place, { recursive: true }) }
    await query(first.databaseUrl, 'create table kept as select 8 as n')
    // A copy of the data directory names the same place: without a lock there it would stop the running server.
    const copy = join(directory.path, 'copy')
    mkdirSync(copy)
    cpSync(join(directory.dataDir, 'databases-are-in'), join(copy, 'databases-are-in'))
    await expect(open(copy)).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' })
    await first.stop()

    chmodSync(directory.path, 0o755)
    await using second = await open(directory.dataDir)
    expect(await query(second.databaseUrl, 'select n from kept')).toEqual([{ n: 8 }])
  })

  test('refuses to begin with an empty database when the place of the old one is gone', async () => {
    using directory = await closedDirectory()
    mkdirSync(directory.dataDir)
    writeFileSync(join(directory.dataDir, 'databases-are-in'), '/var/lib/waybill/0000000000000000\n')
    await expect(open(directory.dataDir)).rejects.toMatchObject({
      code: 'DATA_DIR_UNUSABLE',
      message: expect.stringContaining('/var/lib/waybill/0000000000000000, which is not there'),
    })
  })

  test('refuses to begin with an empty database when the old one was closed off later', async () => {
    using directory = newDirectory()
    await (await open(directory.dataDir, { needValkey: false })).stop()
    chmodSync(directory.path, 0o700)
    await expect(open(directory.dataDir)).rejects.toMatchObject({
      code: 'DATA_DIR_UNUSABLE',
      message: expect.stringContaining('chmod o+x'),
    })
  })
})
