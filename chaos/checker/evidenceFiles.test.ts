import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Look } from '#chaos/checker/evidence.ts'
import { evidenceFiles, readLooks, readSeenWindows, windowLine } from '#chaos/checker/evidenceFiles.ts'
import { openEvidenceWriter } from '#chaos/evidenceWriter.ts'

const entry = (id: string) => ({ id, type: 'step.output', json: '{}' })
const windowOf = (...ids: string[]) => ({ jobId: 'a', entries: ids.map(entry) })

test.each([[['7-0', '8-0', '9-0']], [['7-0', '9-0']], [['7-0', '8-1']], [['7-0', '7-0']], [['08-0', '9-0']], [[]]])(
  'reads back what it wrote of a window, whole or with a hole: %j',
  async (ids) => {
    const directory = mkdtempSync(join(tmpdir(), 'waybill-evidence-test-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    writeFileSync(join(directory, evidenceFiles.windows), `${JSON.stringify(windowLine(windowOf(...ids)))}\n`)
    const [read] = await Array.fromAsync(readSeenWindows(directory))
    expect(read?.entries.map(({ id }) => id)).toEqual(ids)
  },
)

test('says a window again only when it is another, and a long look in several lines', async () => {
  const writer = openEvidenceWriter()
  onTestFinished(() => rmSync(writer.directory, { recursive: true }))
  const look: Look = {
    name: 'long',
    at: 5,
    events: new Map(Array.from({ length: 120_000 }, (_, i) => [`job ${i}`, `id ${i}`])),
  }
  writer.look(look)
  writer.look({ name: 'empty', at: 6, events: new Map() })
  for (const ids of [['1-0'], ['1-0'], ['1-0', '2-0'], ['1-0', '2-0']]) writer.windows([windowOf(...ids)])
  const run = { seed: 1, databaseUrl: '', valkeyUrl: '', epoch: '', faults: [], quietAt: 0, deaths: [], setBacks: [] }
  await writer.finish(run, [])
  expect((await Array.fromAsync(readSeenWindows(writer.directory))).map(({ entries }) => entries.length)).toEqual([
    1, 2,
  ])
  expect(await readLooks(writer.directory)).toEqual([look, { name: 'empty', at: 6, events: new Map() }])
})
