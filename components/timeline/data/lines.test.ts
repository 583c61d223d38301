import { expect, test } from 'vitest'
import { Lines } from '#components/timeline/data/lines.ts'
import { serveJob } from '#components/timeline/fixtures/serveJob.ts'
import { tellStory } from '#components/timeline/fixtures/story.ts'

/** The lines of a job that wrote so many, and the pages that were asked for. */
function linesOf(count: number): { lines: Lines; asked: number[] } {
  const story = tellStory()
  story.tell('job.created', { action: 'test', inputs: {}, requestId: 'r' })
  for (let first = 0; first < count; first += 500) {
    const text = Array.from({ length: Math.min(500, count - first) }, (_, n) => `line ${first + n}\n`).join('')
    story.tell('step.output', { stepId: 's', stream: 'stdout', text })
  }
  const { reads } = serveJob(story.events)
  const asked: number[] = []
  const read: typeof reads.lines = (page, epoch) => {
    asked.push(page)
    return reads.lines(page, epoch)
  }
  const lines = new Lines({ ...reads, lines: read }, () => {})
  lines.total = count
  return { lines, asked }
}

async function scanned(lines: Lines, first: number, end: number): Promise<string[]> {
  const texts: string[] = []
  for await (const page of lines.scan(first, end)) texts.push(...page.map(({ text }) => text))
  return texts
}

const named = (first: number, end: number) => Array.from({ length: end - first }, (_, n) => `line ${first + n}`)

test('scans lines in their order, over pages and up to the last there is', async () => {
  const { lines } = linesOf(7_300)
  expect(await scanned(lines, 1_500, 6_001)).toEqual(named(1_500, 6_001))
  expect(await scanned(lines, 6_990, 9_999)).toEqual(named(6_990, 7_300))
  expect(await scanned(lines, 5, 5)).toEqual([])
})

test('scans a few pages ahead only, so that who finds what it looks for stops the reading', async () => {
  const { lines, asked } = linesOf(20_000)
  for await (const page of lines.scan(0, 20_000)) {
    if (page.some(({ line }) => line === 1_200)) break
  }
  expect(asked).toEqual([0, 1, 2, 3, 4, 5])
})

test('takes what is here from here, and keeps nothing that it scanned', async () => {
  const { lines, asked } = linesOf(3_000)
  await lines.texts(1_000, 1_001)
  await scanned(lines, 0, 3_000)
  expect(asked).toEqual([1, 0, 2])
  expect([lines.at(0), lines.at(1_000)?.text]).toEqual([null, 'line 1000'])
})

test('wants the pages in view first, also when folded lines lie between them', async () => {
  const { lines, asked } = linesOf(50_000)
  lines.want([
    { first: 10_990, end: 11_000 },
    { first: 30_000, end: 30_020 },
  ])
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(asked).toEqual([10, 30])
})

/** 2,400 lines, three an event: events lie across the borders of pages. */
function outputOf() {
  const story = tellStory()
  story.tell('job.created', { action: 'build', inputs: {}, requestId: 'r' })
  story.tell('job.started', {})
  story.tell('step.started', { stepId: 'build', name: 'Build' })
  for (let n = 0; n < 800; n++) {
    story.tell('step.output', { stepId: 'build', stream: 'stdout', text: 'one\ntwo\nthree\n' })
  }
  return story.events
}

test('finds the line of an event on the pages that are here, and asks for the others', async () => {
  const events = outputOf()
  const { reads } = serveJob(events)
  const asked: number[] = []
  const lines = new Lines(
    {
      ...reads,
      lineAt: (seq) => {
        asked.push(seq)
        return reads.lineAt(seq)
      },
    },
    () => {},
  )
  lines.total = 2_400
  await lines.texts(1_000, 2_000)
  for (const { seq } of events) expect(await lines.atOrAfter(seq)).toBe(await reads.lineAt(seq))
  // counted from 0, lines 999 to 1,001 are one event's, and so are 1,998 to 2,000
  const [first, last] = [3 + 333 + 1, 3 + 666 + 1]
  expect(asked).toEqual(events.map(({ seq }) => seq).filter((seq) => seq <= first || seq > last))
})
