import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outputBytes } from '#domain/job/lines.ts'
import { emptyDirectory, jobIn, runCli } from '#testing/commandLine.ts'
import { eventsOf } from '#testing/httpDoor.ts'
import { serverForTests } from '#testing/serverForTests.ts'

const caller = serverForTests()

/** What is recorded of a command, joined, and what it still showed. */
async function record(command: readonly string[], cwd = emptyDirectory()) {
  const { code, stdout, stderr } = await runCli(caller, ['run', '--', ...command], { cwd })
  const joined: Record<'stdout' | 'stderr', Uint8Array[]> = { stdout: [], stderr: [] }
  const events = await eventsOf(caller, jobIn(stderr))
  for (const { type, payload } of events) {
    if (type === 'step.output') joined[payload.stream].push(outputBytes(payload.text, payload.encoding))
  }
  return { code, shown: stdout, stdout: Buffer.concat(joined.stdout), stderr: Buffer.concat(joined.stderr) }
}

type Write = { stream: 'stdout' | 'stderr'; bytes: Uint8Array; pauseMs: number }

/** Bytes as programs write them: text cut inside characters, escape sequences, line ends of all kinds, and none of that. */
const bytes = fc.oneof<fc.Arbitrary<Uint8Array>[]>(
  fc.uint8Array({ maxLength: 3000 }),
  fc.string({ unit: 'grapheme', maxLength: 400 }).map((text) => Buffer.from(text).subarray(1)),
  fc
    .array(fc.constantFrom('\0', '\n', '\r', '\r\n', '\u001b[31m', '🚂', 'ab', '\u2028', '\ufeff'), { maxLength: 200 })
    .map((parts) => Buffer.from(parts.join(''))),
  fc.tuple(fc.nat(255), fc.nat(200_000)).map(([value, length]) => Buffer.alloc(length, value)),
)
const writes = fc.array(
  fc.record<Write>({ stream: fc.constantFrom('stdout', 'stderr'), bytes, pauseMs: fc.constantFrom(0, 0, 0, 1, 120) }),
  { maxLength: 40 },
)

/** Makes exactly these writes, one after the other. */
const writer = `
  const plan = JSON.parse(require('node:fs').readFileSync(process.argv[1], 'utf8'))
  for (const { stream, base64, pauseMs } of plan) {
    const bytes = Buffer.from(base64, 'base64')
    await new Promise((resolve) => process[stream].write(bytes, () => setTimeout(resolve, pauseMs)))
  }`

describe('the texts of a command that waybill run recorded', () => {
  it('are joined its stdout and stderr again, whatever bytes it writes in whatever pieces', async () => {
    await fc.assert(
      fc.asyncProperty(writes, async (plan) => {
        const path = join(emptyDirectory(), 'plan.json')
        const lines = plan.map(({ bytes: raw, ...rest }) => ({ ...rest, base64: Buffer.from(raw).toString('base64') }))
        writeFileSync(path, JSON.stringify(lines))
        const { code, shown, stdout, stderr } = await record([
          process.execPath,
          '--eval',
          `(async () => {${writer}})()`,
          path,
        ])
        const written = (stream: Write['stream']) =>
          Buffer.concat(plan.filter((write) => write.stream === stream).map((write) => write.bytes))
        expect(code).toBe(0)
        // Not toEqual: it would print megabytes.
        expect(stdout.equals(written('stdout')), 'stdout differs').toBe(true)
        expect(stderr.equals(written('stderr')), 'stderr differs').toBe(true)
        expect(shown.equals(stdout), 'what was shown differs').toBe(true)
      }),
      { numRuns: 8 },
    )
  })

  it('are what the compiler says in colours, and its exit code is passed on', async () => {
    const tsc = fileURLToPath(new URL('../node_modules/.bin/tsc', import.meta.url))
    const cwd = emptyDirectory()
    const lines = Array.from({ length: 300 }, (_, i) => `export const v${i}: number = 'ä${i}'\n`)
    writeFileSync(join(cwd, 'wrong.ts'), lines.join(''))
    const args = [tsc, '--pretty', '--noEmit', 'wrong.ts']
    const direct = spawnSync(process.execPath, args, { cwd })
    const { code, stdout } = await record([process.execPath, ...args], cwd)
    expect(direct.stdout.toString()).toContain('\u001b[91merror')
    expect(stdout.equals(direct.stdout)).toBe(true)
    expect(code).toBe(direct.status)
  })
})
