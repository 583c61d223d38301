import { expect, test } from 'vitest'
import { type Exported, exportEvents, exportOutput } from '#components/timeline/data/exportJob.ts'
import { Lines } from '#components/timeline/data/lines.ts'
import { serveJob } from '#components/timeline/fixtures/serveJob.ts'
import { tellStory } from '#components/timeline/fixtures/story.ts'

function jobOf(texts: readonly string[]) {
  const story = tellStory()
  story.tell('job.created', { action: 'test', inputs: {}, requestId: 'r' })
  for (const text of texts) story.tell('step.output', { stepId: 's', stream: 'stdout', text })
  const { reads } = serveJob(story.events)
  const lines = new Lines(reads, () => {})
  lines.total = texts.reduce((sum, text) => sum + text.split('\n').length - 1, 0)
  return { reads, lines, events: story.events }
}

async function whole(exported: AsyncIterable<Exported>): Promise<{ text: string; parts: number[] }> {
  const file = { text: '', parts: [] as number[] }
  for await (const { text, part } of exported) {
    file.text += text
    file.parts.push(part)
  }
  return file
}

test('exports every line as it is shown, long ones whole', async () => {
  const long = 'x'.repeat(20_000)
  const { reads, lines } = jobOf(['\x1b[31mred\x1b[0m\n10%\r\x1b[K100%\n', `short\n${long}end\n`, 'a\n'.repeat(2500)])
  const { text, parts } = await whole(exportOutput(lines.scan(0, lines.total), lines.total, reads))
  expect(text).toBe(`red\n100%\nshort\n${long}end\n${'a\n'.repeat(2500)}`)
  expect(parts.at(-1)).toBe(1)
  expect(parts).toHaveLength(3)
})

test('exports the events that there were, one JSON a line', async () => {
  const { reads, events } = jobOf(Array.from({ length: 2400 }, (_, n) => `line ${n}\n`))
  const { text, parts } = await whole(exportEvents(reads, 2101))
  expect(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(events.slice(0, 2101))
  expect(parts.at(-1)).toBe(1)
})
