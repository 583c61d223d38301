import type { Browser, Page } from 'playwright'
import { type Emitter, openEmitter } from '#bench/emitter.ts'
import type { Measure } from '#bench/measure.ts'
import { openWindow } from '#bench/ui/browser.ts'
import type { PageBench } from '#bench/ui/pageBench.ts'
import { type Task, traceMainThread } from '#bench/ui/trace.ts'
import type { Draft } from '#domain/events/envelope.ts'

const steps = 4_000
/** events of a step: it begins, calls a tool twice, uses a model, ends */
const perStep = 5
const turns = 150
const opening = 'the AI view'
const arriving = { seconds: 5, perSecond: 40 }

/** A job of many steps and AI events: how long the page is deaf while they are folded, scrolled, read and growing. */
export async function measureTree({ browser, stage, say }: PageBench): Promise<Measure[]> {
  const emitter = openEmitter(stage)
  try {
    const jobId = await emitter.createJob(`bench-tree-${Date.now()}`)
    const emit = emitTo(emitter, jobId)
    await emit([
      { type: 'job.started', payload: {} },
      { type: 'step.started', payload: { stepId: 'all', name: 'All of them' } },
    ])
    for (let first = 0; first < steps; first += 200) {
      await emit(Array.from({ length: 200 }, (_, n) => stepEvents(first + n)).flat())
    }
    say(`made a job of ${(steps * perStep).toLocaleString('en')} steps and AI events`)
    await using context = await openWindow(browser, stage, 1)
    const page = await context.newPage()
    await page.goto(`/jobs/${jobId}`)
    await page.locator('[data-pane=timeline] tr').nth(3).waitFor({ timeout: 60_000 })
    await page.waitForTimeout(1_000)
    const doings: [string, () => Promise<void>][] = [
      ['folding and unfolding', () => fold(page)],
      ['scrolling', () => turnWheel(page, 'timeline')],
      ['a selection', () => moveDown(page)],
      [opening, () => openAi(page)],
      ['scrolling it', () => turnWheel(page, 'ai')],
      [`${arriving.perSecond} events a second in the AI view`, () => arrive(emit, 'ai')],
      ['back', () => page.keyboard.press('1')],
      [`${arriving.perSecond} events a second in the tree`, () => arrive(emit, 'tree')],
    ]
    const longest = new Map<string, number>()
    for (const [name, doing] of doings) {
      const tasks = await tasksOf(browser, page, doing)
      longest.set(name, Math.max(0, ...tasks.map(({ cpuMs }) => cpuMs)))
    }
    const opened = longest.get(opening) ?? 0
    longest.delete(opening)
    return [
      {
        figure: `longest task in processor time: ${[...longest].map(([name, most]) => `${name} ${most.toFixed(0)} ms`).join(', ')}`,
        baseline: 'what is felt as a halt: 50 ms',
        value: Math.max(...longest.values()),
        unit: 'ms',
        limit: { most: 50 },
      },
      {
        figure: `longest task while the AI view opens: ${opened.toFixed(0)} ms in processor time`,
        baseline: 'an answer that is felt as immediate: 100 ms',
        value: opened,
        unit: 'ms',
        limit: { most: 100 },
      },
    ]
  } finally {
    emitter.close()
  }
}

type Emit = (events: readonly Draft[]) => Promise<unknown>

function emitTo(emitter: Emitter, jobId: string): Emit {
  return (events) => emitter.emit(JSON.stringify({ jobId, events }))
}

export function stepEvents(n: number): Draft[] {
  const stepId = `step-${n}`
  const tool = (callId: string, path: string): Draft => ({
    type: 'ai.tool_called',
    payload: { callId, tool: 'read_file', arguments: { path }, durationMs: 12, stepId },
  })
  return [
    { type: 'step.started', payload: { stepId, name: `Step ${n + 1}`, parentStepId: 'all' } },
    tool(`call-${n}-1`, `src/module${n}/index.ts`),
    tool(`call-${n}-2`, `src/module${n}/index.test.ts`),
    {
      type: 'ai.tokens_used',
      payload: { provider: 'example', model: 'example-1', inputTokens: 1200 + n, outputTokens: 80, stepId },
    },
    { type: 'step.completed', payload: { stepId, outcome: 'success' } },
  ]
}

async function tasksOf(browser: Browser, page: Page, doing: () => Promise<void>): Promise<Task[]> {
  const stop = await traceMainThread(browser, page)
  await doing()
  await page.waitForTimeout(300)
  return (await stop()).tasks
}

async function fold(page: Page): Promise<void> {
  const all = page.locator('[data-pane=timeline] tr', { hasText: 'All of them' })
  for (let n = 0; n < 4; n++) {
    await all.getByRole('button', { name: /Collapse|Expand/ }).click()
    await page.waitForTimeout(100)
  }
}

async function moveDown(page: Page): Promise<void> {
  for (let n = 0; n < 20; n++) await page.keyboard.press('j')
}

async function openAi(page: Page): Promise<void> {
  await page.keyboard.press('4')
  await page.locator('[data-pane=ai] li').first().waitFor()
}

async function turnWheel(page: Page, pane: string): Promise<void> {
  const box = await page.locator(`[data-pane=${pane}]`).boundingBox()
  if (!box) throw new Error(`there is no ${pane} on the page`)
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  for (let turn = 0; turn < turns; turn++) {
    await page.mouse.wheel(0, 240)
    await page.waitForTimeout(10)
  }
}

async function arrive(emit: Emit, where: string): Promise<void> {
  for (let n = 0; n < arriving.seconds * arriving.perSecond; n++) {
    const callId = `${where}-${n}`
    await emit([{ type: 'ai.tool_called', payload: { callId, tool: 'grep', arguments: { n }, stepId: 'all' } }])
    await new Promise((resolve) => setTimeout(resolve, 1000 / arriving.perSecond))
  }
}
