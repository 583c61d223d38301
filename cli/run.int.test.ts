import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Event } from '#domain/events/envelope.ts'
import { outputBytes } from '#domain/job/lines.ts'
import { emptyDirectory, jobIn, runCli, startCli } from '#testing/commandLine.ts'
import { createTestDatabase } from '#testing/database.ts'
import { eventsOf, send } from '#testing/httpDoor.ts'
import { serverForTests } from '#testing/serverForTests.ts'
import { testValkeyUrl } from '#testing/valkey.ts'
import { waitFor } from '#testing/waitFor.ts'
import { startWaybill } from '#testing/waybill.ts'

const caller = serverForTests()

/** The text of a program that node can run. */
const node = (code: string) => ['--', process.execPath, '--input-type=module', '--eval', code]

function recorded(events: Event[], stream: 'stdout' | 'stderr'): Buffer {
  return Buffer.concat(
    events.flatMap((event) =>
      event.type === 'step.output' && event.payload.stream === stream
        ? [outputBytes(event.payload.text, event.payload.encoding)]
        : [],
    ),
  )
}

async function onlyJob(text: string): Promise<string[]> {
  const { body } = await send(caller, {
    path: `/api/trpc/jobs.list?input=${encodeURIComponent(JSON.stringify({ text }))}`,
  })
  return (body as { result: { data: { jobs: { id: string }[] } } }).result.data.jobs.map(({ id }) => id)
}

describe('waybill run', () => {
  it('shows and records what a command writes byte for byte, NUL and broken UTF-8 included, and passes its code on', async () => {
    const code = `
      const bytes = Buffer.from(Array.from({ length: 70000 }, (_, i) => (i * 7919) % 256))
      process.stdout.write('\\x1b[1;32m✓\\x1b[0m built 🚂\\r\\n')
      process.stdout.write(bytes)
      process.stderr.write('a\\0b\\xff warning without an end')
      process.exitCode = 3`
    const {
      code: exit,
      stdout,
      stderr,
    } = await runCli(caller, ['run', '--name', 'bytes', '--label', 'k=v', ...node(code)])
    const jobId = jobIn(stderr)
    const events = await eventsOf(caller, jobId)
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7919) % 256))
    const expected = Buffer.concat([Buffer.from('\u001b[1;32m✓\u001b[0m built 🚂\r\n'), bytes])
    expect(exit).toBe(3)
    expect(stdout.equals(expected)).toBe(true)
    expect(recorded(events, 'stdout').equals(expected)).toBe(true)
    expect(recorded(events, 'stderr').toString('latin1')).toBe(
      Buffer.from('a\0b\xff warning without an end').toString('latin1'),
    )
    expect(events[0]?.payload).toMatchObject({ action: 'run', title: 'bytes', labels: { k: 'v' } })
    expect(events.slice(1, 3).map(({ type }) => type)).toEqual(['job.started', 'step.started'])
    expect(events.at(-2)).toMatchObject({ type: 'step.completed', payload: { outcome: 'failure', exitCode: 3 } })
    expect(events.at(-1)).toMatchObject({ type: 'job.failed', payload: { error: { code: 'EXIT_3' } } })
  })

  it('gives the command our input and the job it is recorded as', async () => {
    const code = `
      import { text } from 'node:stream/consumers'
      console.log(await text(process.stdin), process.env.WAYBILL_JOB_ID, process.env.WAYBILL_URL)`
    const { code: exit, stdout, stderr } = await runCli(caller, ['run', ...node(code)], { input: 'from outside' })
    expect(stdout.toString()).toBe(`from outside ${jobIn(stderr)} ${caller.url}\n`)
    expect(exit).toBe(0)
  })

  it('keeps secrets of the command line out of the record', async () => {
    const { stderr } = await runCli(caller, [
      'run',
      '--',
      process.execPath,
      '--eval',
      '0',
      '--',
      '--token=s3cr3t-value',
    ])
    const text = JSON.stringify(await eventsOf(caller, jobIn(stderr)))
    expect(text).not.toContain('s3cr3t-value')
    expect(text).toContain('--token=[redacted:secret-key]')
  })

  it('passes Ctrl-C on and records a cancellation, whatever the command makes of it', async () => {
    const code = `
      process.on('SIGINT', () => { console.log('cleaning up'); setTimeout(() => process.exit(0), 50) })
      setInterval(() => {}, 1000)
      console.log('ready')`
    await using cli = await startCli(caller, ['run', ...node(code)])
    await cli.shows('ready')
    cli.kill('SIGINT')
    const { code: exit, stderr, stdout } = await cli.ended
    const events = await eventsOf(caller, jobIn(stderr))
    expect(exit).toBe(0)
    expect(stdout.toString()).toContain('cleaning up')
    expect(events.at(-2)?.payload).toMatchObject({ outcome: 'cancellation', exitCode: 0 })
    expect(events.at(-1)).toMatchObject({ type: 'job.failed', payload: { outcome: 'cancellation' } })
  })

  it('passes SIGQUIT on, and records how the command went on or ended with it', async () => {
    const goingOn = `
      process.on('SIGQUIT', () => { console.log('a report'); setTimeout(() => process.exit(0), 50) })
      setInterval(() => {}, 1000)
      console.log('ready')`
    const ending = "console.log('ready'); setInterval(() => {}, 1000)"
    for (const [code, exit, end] of [
      [goingOn, 0, { type: 'job.completed' }],
      [ending, 131, { type: 'job.failed', payload: { error: { code: 'SIGQUIT' } } }],
    ] as const) {
      await using cli = await startCli(caller, ['run', ...node(code)])
      await cli.shows('ready')
      cli.kill('SIGQUIT')
      const ended = await cli.ended
      expect(ended.code).toBe(exit)
      expect((await eventsOf(caller, jobIn(ended.stderr))).at(-1)).toMatchObject(end)
    }
  })

  it('answers 128 + n for a command that ends by a signal: its own, ours, or that of the whole group', async () => {
    const own = await runCli(caller, [
      'run',
      ...node("process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1e3)"),
    ])
    expect(own.code).toBe(139)
    for (const [kill, code] of [
      ['kill', 143],
      ['killGroup', 143],
    ] as const) {
      await using cli = await startCli(caller, ['run', ...node("console.log('ready'); setInterval(() => {}, 1000)")])
      await cli.shows('ready')
      cli[kill]('SIGTERM')
      const { code: exit, stderr } = await cli.ended
      expect(exit).toBe(code)
      expect((await eventsOf(caller, jobIn(stderr))).at(-1)?.payload).toMatchObject({ outcome: 'cancellation' })
    }
  })

  it('does not start a command whose job no server would ever take, with a server and without', async () => {
    for (const to of [caller, { url: 'http://127.0.0.1:9', key: caller.key }]) {
      const cwd = emptyDirectory()
      const options = ['--label', `k=${'x'.repeat(501)}`]
      const { code, stdout, stderr } = await runCli(to, ['run', ...options, '--', 'echo', 'started'], { cwd })
      expect([code, stdout.toString(), readdirSync(cwd)]).toEqual([65, '', []])
      expect(stderr).toContain('/labels/k')
    }
  })

  it('records a command inside a command as a job of the outer one, but not of one that is unknown', async () => {
    const main = new URL('./main.ts', import.meta.url).pathname
    const inner = ['--', process.execPath, main, 'run', '--name', 'inner', '--', 'true']
    const { stderr } = await runCli(caller, ['run', ...inner])
    const [outer, nested] = Array.from(stderr.matchAll(/\/jobs\/(\S+)/g), (match) => match[1] ?? '')
    expect((await eventsOf(caller, nested ?? ''))[0]?.payload).toMatchObject({ title: 'inner', parentJobId: outer })
    const env = { WAYBILL_JOB_ID: '0199c5a2-7c1e-7b9e-8f57-3f1b7a8d2c11' }
    const orphan = await runCli(caller, ['run', '--', 'true'], { env })
    expect((await eventsOf(caller, jobIn(orphan.stderr)))[0]?.payload).not.toHaveProperty('parentJobId')
  })

  it('records that a command could not be started, and answers 127', async () => {
    const { code, stderr } = await runCli(caller, ['run', '--', 'no-such-command-here'])
    expect(code).toBe(127)
    expect((await eventsOf(caller, jobIn(stderr))).at(-1)?.payload).toMatchObject({
      error: { code: 'ENOENT' },
      outcome: 'error',
    })
  })

  it('ends the command when whoever reads its output goes away, and still records how it ended', async () => {
    await using cli = await startCli(caller, ['run', '--', 'sh', '-c', 'while true; do echo y; done'])
    await cli.shows('y\n')
    cli.closeStdout()
    const { stderr } = await cli.ended
    const end = (await eventsOf(caller, jobIn(stderr))).at(-1)
    expect(end?.type).toBe('job.failed')
  })

  it('loses nothing when the reader of its output pauses longer than the command lives', async () => {
    // More than fits the pipe behind us, less than fits that and the one before us: the command ends, its output waits.
    const code = "process.stdout.write('x'.repeat(420_000) + '\\nend\\n'); console.error('written')"
    await using cli = await startCli(caller, ['run', ...node(code)])
    cli.pauseStdout()
    await cli.shows('written')
    await new Promise((resolve) => setTimeout(resolve, 3000))
    cli.resumeStdout()
    const { code: exit, stdout, stderr } = await cli.ended
    expect([exit, stdout.length, stdout.subarray(-5).toString()]).toEqual([0, 420_005, '\nend\n'])
    expect(recorded(await eventsOf(caller, jobIn(stderr)), 'stdout').equals(stdout)).toBe(true)
  })

  it('does not wait for what a command leaves running behind it', async () => {
    const code = `
      import { spawn } from 'node:child_process'
      const child = spawn(process.execPath, ['--eval', 'setTimeout(() => {}, 30000)'], { stdio: 'inherit', detached: true })
      child.unref()
      console.log(child.pid)`
    const { code: exit, stdout, stderr } = await runCli(caller, ['run', ...node(code)])
    process.kill(Number(stdout.toString()), 'SIGKILL')
    expect(exit).toBe(0)
    expect((await eventsOf(caller, jobIn(stderr))).at(-1)?.type).toBe('job.completed')
  })

  it('runs without a server all the same, keeps the record where only its owner reads it, and send delivers it once', async () => {
    const cwd = emptyDirectory()
    const nowhere = { url: 'http://127.0.0.1:9', key: caller.key }
    const code = "for (let i = 0; i < 2000; i++) console.log('line', i, 'x'.repeat(1000)); process.exitCode = 4"
    const run = await runCli(nowhere, ['run', '--name', 'kept-in-a-file', ...node(code)], { cwd })
    expect(run.code).toBe(4)
    const [name = ''] = readdirSync(cwd)
    const path = join(cwd, name)
    expect(readdirSync(cwd)).toHaveLength(1)
    expect(run.stderr).toContain(`waybill send ${path}`)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const content = readFileSync(path)

    const first = await runCli(caller, ['send'], { cwd })
    expect(first.code).toBe(0)
    expect(readdirSync(cwd)).toEqual([])
    const jobId = jobIn(first.stderr)
    const events = await eventsOf(caller, jobId)
    expect(recorded(events, 'stdout').equals(run.stdout)).toBe(true)
    expect(events.at(-1)?.payload).toMatchObject({ error: { code: 'EXIT_4' } })

    writeFileSync(path, content)
    const again = await runCli(caller, ['send', path], { cwd })
    expect([again.code, jobIn(again.stderr)]).toEqual([0, jobId])
    expect(await eventsOf(caller, jobId)).toEqual(events)
    expect(await onlyJob('kept-in-a-file')).toEqual([jobId])
  })

  it('keeps the record when the key is refused, and says why', async () => {
    const cwd = emptyDirectory()
    const stranger = { url: caller.url, key: 'wb_0000000000000000_nobody' }
    const run = await runCli(stranger, ['run', ...node("console.log('hi')")], { cwd })
    expect([run.code, run.stdout.toString()]).toEqual([0, 'hi\n'])
    expect(readdirSync(cwd)).toHaveLength(1)
    expect(await runCli(stranger, ['send'], { cwd })).toMatchObject({ code: 77 })
    const sent = await runCli(caller, ['send'], { cwd })
    expect((await eventsOf(caller, jobIn(sent.stderr))).at(-1)?.type).toBe('job.completed')
  })

  it('runs without any key, and tells where one comes from', async () => {
    const cwd = emptyDirectory()
    const run = await runCli({ url: caller.url }, ['run', ...node("console.log('hi')")], { cwd })
    expect([run.code, run.stdout.toString()]).toEqual([0, 'hi\n'])
    expect(run.stderr).toContain('WAYBILL_KEY')
    expect(readdirSync(cwd)).toHaveLength(1)
  })

  it('records everything once and in order while the server is killed and comes back under it', async () => {
    const dataDir = join(emptyDirectory(), 'data')
    await using own = await createTestDatabase()
    let victim = await startWaybill({ databaseUrl: own.url, valkeyUrl: testValkeyUrl(), dataDir })
    const port = Number(new URL(victim.url).port)
    const at = { url: victim.url, key: victim.key ?? '' }
    const code = `
      import { setTimeout as sleep } from 'node:timers/promises'
      for (let i = 0; i < 600; i++) { console.log('line', i); if (i % 20 === 0) console.error('note', i); await sleep(10) }`
    const cli = await startCli(at, ['run', ...node(code)])
    try {
      for (const after of ['line 100\n', 'line 300\n']) {
        await cli.shows(after)
        await victim.kill9()
        victim = await startWaybill({ databaseUrl: own.url, valkeyUrl: testValkeyUrl(), dataDir, port })
      }
      const { code: exit, stdout, stderr } = await cli.ended
      expect(exit).toBe(0)
      const events = await eventsOf(at, jobIn(stderr))
      expect(recorded(events, 'stdout').equals(stdout)).toBe(true)
      expect(
        recorded(events, 'stderr')
          .toString()
          .match(/note \d+/g),
      ).toHaveLength(30)
      expect(events.at(-1)?.type).toBe('job.completed')
    } finally {
      await cli[Symbol.asyncDispose]()
      await victim[Symbol.asyncDispose]()
    }
  }, 240_000)

  it('records a million lines whole in less than 150 MB', async () => {
    const report = join(emptyDirectory(), 'memory')
    const measure = `data:text/javascript,import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(${JSON.stringify(report)},String(process.resourceUsage().maxRSS)))`
    const main = new URL('./main.ts', import.meta.url).pathname
    const code =
      "for (let i = 0; i < 1_000_000; i++) console.log('line number ' + i + ' of a million, with a bit of text')"
    const {
      code: exit,
      stdout,
      stderr,
    } = await runCli(caller, ['run', ...node(code)], {
      program: [process.execPath, '--import', measure, main],
    })
    expect(exit).toBe(0)
    // kilobytes, getrusage(2)
    expect(Number(readFileSync(report, 'utf8'))).toBeLessThan(150 * 1024)
    const totals = await waitFor(async () => {
      const input = encodeURIComponent(JSON.stringify({ jobId: jobIn(stderr) }))
      const { body } = await send(caller, { path: `/api/trpc/jobs.summary?input=${input}` })
      const { data } = (
        body as { result: { data: { state: string; totals: { outputLines: number; outputBytes: number } } } }
      ).result
      return data.totals.outputLines >= 1_000_000 && data
    })
    expect(totals).toMatchObject({ state: 'success', totals: { outputLines: 1_000_000, outputBytes: stdout.length } })
    expect(recorded(await eventsOf(caller, jobIn(stderr)), 'stdout').equals(stdout)).toBe(true)
  }, 240_000)
})
