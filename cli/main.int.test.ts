import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { emptyDirectory, runCli, startCli } from '#testing/commandLine.ts'
import { createTestDatabase } from '#testing/database.ts'
import { emit, eventsOf, makeJob } from '#testing/httpDoor.ts'
import { serverForTests } from '#testing/serverForTests.ts'
import { testValkeyUrl } from '#testing/valkey.ts'
import { startWaybill } from '#testing/waybill.ts'

const caller = serverForTests()
const nowhere = 'http://127.0.0.1:9'

async function cli(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const { code, stdout, stderr } = await runCli(caller, args)
  return { code, out: stdout.toString(), err: stderr }
}

describe('waybill create and emit', () => {
  it('records a job from a shell script, from its creation to its end', async () => {
    const created = await cli(
      'create',
      '--action',
      'deploy',
      '--input',
      'replicas=3',
      '--input',
      'branch=main',
      '--title',
      'Deploy',
    )
    const job = created.out.trim()
    expect(await cli('emit', job, 'job.started')).toMatchObject({ code: 0, out: '2\n' })
    expect((await cli('emit', job, 'step.started', '--step-id', 'test', '--name', '42')).out).toBe('3\n')
    const piped = await runCli(caller, ['emit', job, 'step.output', '--step-id', 'test', '--text', '-'], {
      input: Buffer.from('one\ntwo \0\xff', 'latin1'),
    })
    expect(piped).toMatchObject({ code: 0, stderr: '' })
    const ended = [
      'step.completed',
      '--step-id',
      'test',
      '--outcome',
      'failure',
      '--exit-code',
      '1',
      '--error.code',
      'E',
    ]
    expect((await cli('emit', job, ...ended, '--error.message', 'no')).code).toBe(0)
    const fromStdin = await runCli(caller, ['emit', '--payload', '-', `${caller.url}/jobs/${job}`, 'job.completed'], {
      input: '{"output":{"ok":true}}',
    })
    expect(fromStdin.code).toBe(0)
    expect((await eventsOf(caller, job)).map(({ type, payload }) => [type, payload])).toEqual([
      [
        'job.created',
        expect.objectContaining({ action: 'deploy', inputs: { replicas: 3, branch: 'main' }, title: 'Deploy' }),
      ],
      ['job.started', {}],
      ['step.started', { stepId: 'test', name: '42' }],
      ['step.output', { stepId: 'test', stream: 'stdout', text: 'b25lCnR3byAA/w==', encoding: 'base64' }],
      ['step.completed', { stepId: 'test', outcome: 'failure', exitCode: 1, error: { code: 'E', message: 'no' } }],
      ['job.completed', { output: { ok: true } }],
    ])
  })

  it('records nothing new under an id that was used before', async () => {
    const job = await makeJob(caller)
    const again = ['emit', '--id', '0199c5a2-7c1e-7b9e-8f57-3f1b7a8d2c11', '--occurred-at', '2026-01-01T00:00:00Z', job]
    expect((await cli(...again, 'job.started')).out).toBe('2\n')
    expect((await cli(...again, 'job.started')).out).toBe('2\n')
  })

  it('says in one line what is wrong and what to do, with an exit code that tells the kinds apart', async () => {
    const job = await makeJob(caller)
    const cases: [string[], number, RegExp][] = [
      [['emit', job, 'job.begun'], 65, /no event type "job\.begun".*job\.started/],
      [['emit', job, 'step.completed', '--step-id', 'a', '--outcome', 'great'], 65, /outcome/],
      [['emit', job, 'job.completed'], 65, /not started/],
      [['emit', 'nobody', 'job.started'], 66, /nobody/],
      [['tail', 'nobody'], 66, /nobody/],
      [['tail', 'http://example.org/jobs/a'], 78, /WAYBILL_URL=http:\/\/example\.org/],
      [['create'], 64, /--action/],
      [['create', '--action', 'a', '--input', 'novalue'], 64, /name=value/],
      [['recrod'], 64, /recrod/],
      [['send', '/nowhere/at-all.jsonl'], 66, /at-all\.jsonl/],
    ]
    for (const [args, code, text] of cases) {
      const { code: exit, err } = await cli(...args)
      expect([args[0], exit]).toEqual([args[0], code])
      expect(err).toMatch(text)
      if (code !== 64) expect(err.trimEnd().split('\n')).toHaveLength(1)
    }
    expect(await runCli({ url: nowhere, key: 'wb_a' }, ['create', '--action', 'a'])).toMatchObject({ code: 69 })
    expect(await runCli({ url: caller.url }, ['create', '--action', 'a'])).toMatchObject({ code: 77 })
    expect(await runCli({ url: 'not a url', key: 'wb_a' }, ['doctor'])).toMatchObject({ code: 78 })
  })

  it('finds the key in .waybill of a directory above', async () => {
    const home = emptyDirectory()
    const below = join(home, 'a', 'b')
    mkdirSync(below, { recursive: true })
    mkdirSync(join(home, '.waybill'))
    writeFileSync(join(home, '.waybill', 'key'), `${caller.key}\n`)
    const { code } = await runCli({ url: caller.url }, ['create', '--action', 'a'], { cwd: below })
    expect(code).toBe(0)
  })
})

describe('waybill tail', () => {
  it('follows a job through a restart of the server and answers how it ended', async () => {
    const dataDir = join(emptyDirectory(), 'data')
    await using own = await createTestDatabase()
    const settings = { databaseUrl: own.url, valkeyUrl: testValkeyUrl(), dataDir }
    let victim = await startWaybill(settings)
    const at = { url: victim.url, key: victim.key ?? '' }
    const job = await makeJob(at, { start: true })
    const output = (text: string) =>
      emit(at, job, [{ type: 'step.output', payload: { stepId: 's', stream: 'stdout', text } }])
    const plain = await startCli(at, ['tail', job])
    const json = await startCli(at, ['tail', `${at.url}/jobs/${job}`, '--json', '--types', 'step.output,job.failed'])
    try {
      await output('before\n')
      for (const tail of [plain, json]) await tail.shows('before')
      await victim.kill9()
      victim = await startWaybill({ ...settings, port: Number(new URL(at.url).port) })
      await output('after\n')
      await emit(at, job, [{ type: 'job.failed', payload: { error: { code: 'E', message: 'broke' } } }])
      expect(
        (await json.ended).stdout
          .toString()
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ).toEqual((await eventsOf(at, job)).filter(({ type }) => type === 'step.output' || type === 'job.failed'))
      const { code, stdout, stderr } = await plain.ended
      expect(code).toBe(1)
      expect(stdout.toString()).toMatch(/job\.created.*\n.*job\.started.*\nbefore\nafter\n.*job\.failed E: broke\n$/s)
      expect(stderr).toContain('connected again')
    } finally {
      for (const tail of [plain, json]) await tail[Symbol.asyncDispose]()
      await victim[Symbol.asyncDispose]()
    }
  }, 120_000)

  it('lets no output reach the terminal as a command, unless --raw asks for the bytes', async () => {
    const job = await makeJob(caller, { start: true })
    const text = '\u001b[31mred\u001b[0m \u001b]52;c;ZXZpbA==\u0007done\n'
    await emit(caller, job, [
      { type: 'step.output', payload: { stepId: 's', stream: 'stdout', text } },
      { type: 'step.output', payload: { stepId: 's', stream: 'stdout', text: 'AP8=', encoding: 'base64' } },
      { type: 'job.failed', payload: { error: { code: 'E', message: 'x' }, outcome: 'cancellation' } },
    ])
    const shown = await cli('tail', job, '--types', 'step.output')
    expect([shown.code, shown.out]).toEqual([2, 'red done\n\ufffd'])
    const raw = await runCli(caller, ['tail', job, '--raw'])
    expect(raw.stdout.equals(Buffer.concat([Buffer.from(text), Buffer.of(0, 255)]))).toBe(true)
  })

  it('ends quietly when whoever reads it has had enough', async () => {
    const job = await makeJob(caller, { start: true })
    const lines = Array.from({ length: 900 }, (_, line) => ({
      type: 'step.output' as const,
      payload: { stepId: 's', stream: 'stdout' as const, text: `${line} ${'x'.repeat(1000)}\n` },
    }))
    await emit(caller, job, lines)
    await using tail = await startCli(caller, ['tail', job])
    await tail.shows('job.started')
    tail.closeStdout()
    await emit(caller, job, lines)
    expect(await tail.ended).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('waybill doctor', () => {
  it('finds a healthy installation well, through the real event stream', async () => {
    const { code, out } = await cli('doctor')
    expect(out).toMatch(
      /✓ Node[\s\S]*✓ The server at[\s\S]*✓ The key is[\s\S]*✓ PostgreSQL[\s\S]*✓ Valkey[\s\S]*✓ Events arrive live/,
    )
    expect(code).toBe(0)
  })

  it('names what is wrong and the fix: no server, no key, a wrong key, a key nobody may read', async () => {
    const away = await runCli({ url: nowhere, key: 'wb_a' }, ['doctor'])
    expect([away.code, away.stdout.toString()]).toEqual([
      1,
      expect.stringMatching(/cannot be reached[\s\S]*→ .*npm start/),
    ])
    const keyless = await runCli({ url: caller.url }, ['doctor'])
    expect([keyless.code, keyless.stdout.toString()]).toEqual([
      1,
      expect.stringMatching(/no key[\s\S]*→ .*WAYBILL_KEY/),
    ])
    const wrong = await runCli({ url: caller.url, key: 'wb_0000000000000000_x' }, ['doctor'])
    expect([wrong.code, wrong.stdout.toString()]).toEqual([1, expect.stringContaining('The key is refused')])
    const dataDir = emptyDirectory()
    mkdirSync(join(dataDir, 'key'))
    const odd = await runCli({ url: caller.url }, ['doctor'], { env: { WAYBILL_DATA_DIR: dataDir } })
    expect(odd.stdout.toString()).toContain(join(dataDir, 'key'))
  })
})

describe('bin/waybill.js', () => {
  it('starts the command line in a clone also where node is too old for TypeScript, and passes its exit code on', async () => {
    const bin = new URL('../bin/waybill.js', import.meta.url).pathname
    const version = spawnSync(process.execPath, [bin, '--version'], { encoding: 'utf8' })
    const old = ['--no-experimental-strip-types', bin]
    const run = await runCli(caller, ['run', '--', process.execPath, '--eval', 'process.exitCode = 9'], {
      program: [process.execPath, ...old],
    })
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(run.code).toBe(9)
    expect(run.stderr).toContain('recording as')
  })
})

describe('waybill rebuild', () => {
  it('makes projections anew, and says what it did', async () => {
    const job = await makeJob(caller)
    await makeJob(caller)
    expect(await cli('rebuild', job)).toEqual({ code: 0, out: '1 job rebuilt\n', err: '' })
    const all = await cli('rebuild')
    expect(all).toMatchObject({ code: 0, err: '' })
    expect(all.out).toMatch(/^\d+ jobs rebuilt\n$/)
  })

  it('says which job there is not, and that there is no server', async () => {
    const unknown = await cli('rebuild', '0199c5a2-7c1e-7b9e-8f57-3f1b7a8d2c11')
    expect(unknown).toMatchObject({ code: 66, out: '', err: expect.stringContaining('no job 0199c5a2') })
    const { code, stderr } = await runCli({ ...caller, url: nowhere }, ['rebuild'])
    expect([code, stderr]).toEqual([69, expect.stringContaining('No answer from')])
  })
})
