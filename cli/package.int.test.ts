import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { deployStory } from '#domain/story/deployStory.ts'
import { emptyDirectory, jobIn, runCli } from '#testing/commandLine.ts'
import { createTestDatabase } from '#testing/database.ts'
import { eventsOf } from '#testing/httpDoor.ts'
import { findPlainNode } from '#testing/plainNode.ts'
import { testValkeyUrl } from '#testing/valkey.ts'
import { startWaybill } from '#testing/waybill.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
/** What the package is made of; packing happens in a copy, because it puts another package.json in place meanwhile. */
const sources = ['bin', 'cli', 'sdk', 'domain', 'server', 'db', 'scripts', 'package.json', 'tsconfig.json']
const more = ['tsconfig.package.json', 'README.md', 'LICENSE']

let user: string
let files: string[]
let node: string

function run(file: string, args: readonly string[], cwd: string): string {
  return execFileSync(file, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}

beforeAll(() => {
  const clone = emptyDirectory()
  for (const name of [...sources, ...more]) cpSync(join(root, name), join(clone, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'))
  const before = readFileSync(join(clone, 'package.json'), 'utf8')
  // npm prints what prepack says before its JSON.
  const report = run('npm', ['pack', '--json', '--silent'], clone)
  const [packed] = Object.values(JSON.parse(report.slice(report.search(/^[[{]/m)))) as {
    filename: string
    files: { path: string }[]
  }[]
  files = packed?.files.map(({ path }) => path) ?? []
  expect(readFileSync(join(clone, 'package.json'), 'utf8')).toBe(before)
  expect(existsSync(join(clone, 'package.json.unpacked'))).toBe(false)

  user = emptyDirectory()
  writeFileSync(join(user, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }))
  const tarball = join(clone, packed?.filename ?? '')
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--silent', tarball], user)
  node = findPlainNode()
}, 240_000)

describe('the package', () => {
  it('holds the SDK and the command line, and nothing of the server or the tests', () => {
    const folders = new Set(files.map((path) => path.split('/').slice(0, 2).join('/')))
    expect([...folders].sort()).toEqual(
      ['LICENSE', 'README.md', 'bin/waybill.js', 'dist/cli', 'dist/domain', 'dist/sdk', 'package.json'].sort(),
    )
    expect(files.filter((path) => /\.test\.|(?<!\.d)\.ts$/.test(path))).toEqual([])
  })

  it('installs without the packages of the server', () => {
    const installed = readdirSync(join(user, 'node_modules')).filter((name) => !name.startsWith('.'))
    expect(installed.sort()).toEqual(['commander', 'eventsource-parser', 'uuid', 'waybill', 'zod'])
  })

  it('records and follows a job from plain JavaScript, and lets the process end by itself', async () => {
    await using database = await createTestDatabase()
    await using server = await startWaybill({ databaseUrl: database.url, valkeyUrl: testValkeyUrl() })
    const caller = { url: server.url, key: server.key ?? '' }
    writeFileSync(
      join(user, 'record.js'),
      `import { createClient, isWaybillError } from 'waybill'
       const [url, key] = process.argv.slice(2)
       const client = createClient({ url, key })
       const job = await client.jobs.create({ action: 'packed' })
       await job.start()
       const step = await job.step('build')
       await step.output('compiling…\\n')
       await step.complete()
       await job.complete({ ok: true })
       const types = []
       for await (const event of job.follow()) types.push(event.type)
       const refusal = await client.jobs.get('nobody').catch((error) => isWaybillError(error) && error.code)
       console.log(JSON.stringify({ id: job.id, types, refusal }))`,
    )
    const { id, types, refusal } = JSON.parse(run(node, ['record.js', caller.url, caller.key], user))
    expect((await eventsOf(caller, id)).map(({ type }) => type)).toEqual(types)
    expect(types.at(-1)).toBe('job.completed')
    expect(refusal).toBe('NOT_FOUND')

    const cli = [node, join(user, 'node_modules/.bin/waybill')]
    const recorded = await runCli(caller, ['run', '--', node, '--eval', 'console.log("hi"); process.exitCode = 6'], {
      program: cli,
    })
    expect([recorded.code, recorded.stdout.toString()]).toEqual([6, 'hi\n'])
    const shown = await runCli(caller, ['tail', jobIn(recorded.stderr)], { program: cli })
    expect([shown.code, shown.stdout.toString()]).toEqual([1, expect.stringContaining('\nhi\n')])
    const demo = await runCli(caller, ['demo', '--speed', '50'], { program: cli })
    expect([demo.code, demo.stderr]).toEqual([0, ''])
    const played = await eventsOf(caller, jobIn(demo.stdout.toString()))
    expect([played.length, played.at(-1)?.type]).toEqual([deployStory().length, 'job.completed'])
  })

  it.each([
    ['nodenext', ['--module', 'nodenext']],
    ['bundler', ['--module', 'esnext', '--moduleResolution', 'bundler']],
  ])('type-checks in a strict TypeScript project that resolves like %s, down to the payloads', (name, resolution) => {
    const project = join(user, name)
    mkdirSync(project)
    writeFileSync(
      join(project, 'good.ts'),
      `import { createClient, type Draft, type Event, type JobHandle, type JobState, WaybillError } from 'waybill'
       const client = createClient({ url: 'http://w', key: 'k', buffer: { whenFull: 'drop' } })
       export async function record(job: JobHandle): Promise<number> {
         const draft: Draft = { type: 'step.progress', payload: { stepId: 'a', completed: 1 } }
         await job.emit(draft)
         await job.tokens({ provider: 'p', model: 'm', inputTokens: 1, outputTokens: 2 })
         for await (const event of job.follow({ types: ['gate.*'] })) show(event)
         const state: JobState = (await client.jobs.get(job.id)).job.state
         return state === 'success' ? 0 : new WaybillError('BUSY', 'x').details.index ?? 1
       }
       function show(event: Event): string {
         return event.type === 'gate.passed' ? (event.payload.reason ?? event.payload.gateId) : event.recordedAt
       }`,
    )
    writeFileSync(
      join(project, 'bad.ts'),
      `import type { Draft, Event, JobHandle } from 'waybill'
       export const wrongType: Draft = { type: 'step.begun', payload: {} }
       export const wrongField: Draft = { type: 'step.progress', payload: { stepId: 'a', complete: 1 } }
       export const reserved: Draft = { type: 'job.created', payload: { action: 'a', inputs: {}, requestId: 'r' } }
       export const notShared = (event: Event) => event.payload.gateId
       export const notANumber = (job: JobHandle) => job.start({ runner: 7 })`,
    )
    const flags = [
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--target',
      'es2022',
      '--lib',
      'es2022,dom',
      '--types',
      '',
    ]
    const tsc = (file: string) => () =>
      run(join(root, 'node_modules/.bin/tsc'), [...flags, ...resolution, file], project)
    expect(tsc('good.ts')()).toBe('')
    expect(errorLines(tsc('bad.ts'))).toEqual([2, 3, 4, 5, 6])
  })
})

/** The lines that the compiler complains about. */
function errorLines(compile: () => string): number[] {
  try {
    compile()
    return []
  } catch (error) {
    const { stdout } = error as { stdout: string }
    const lines = Array.from(stdout.matchAll(/^bad\.ts\((\d+),/gm), (match) => Number(match[1]))
    return [...new Set(lines)].sort()
  }
}
