import type { Browser, CDPSession, Page } from 'playwright'

/** A task of the page's main thread, in milliseconds. */
export type Task = {
  startMs: number
  /** from its beginning to its end, by the clock: other processes may have had the core meanwhile */
  wallMs: number
  /** what the processor did for it */
  cpuMs: number
}

/** What the main thread did from one frame to the next, in milliseconds. */
export type Frame = { wallMs: number; cpuMs: number }

export type MainThread = { tasks: Task[]; frames: Frame[] }

type TraceEvent = { name: string; ph: string; pid: number; tid: number; ts: number; dur?: number; tdur?: number }

const categories = ['blink.user_timing', 'disabled-by-default-devtools.timeline']
const mark = 'waybill-main-thread'
const task = 'RunTask'
/** when a frame of the main thread is handed over to be drawn */
const commit = 'BeginCommitCompositorFrame'

/** Records what a page's main thread does until the returned function is called. */
export async function traceMainThread(browser: Browser, page: Page): Promise<() => Promise<MainThread>> {
  const session = await browser.newBrowserCDPSession()
  const events: TraceEvent[] = []
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value as unknown as TraceEvent[]) if (isWanted(event)) events.push(event)
  })
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: categories, excludedCategories: ['*'] },
  })
  await page.evaluate((name) => performance.mark(name), mark)
  return async () => {
    await end(session)
    return readTrace(events)
  }
}

async function end(session: CDPSession): Promise<void> {
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()))
  await session.send('Tracing.end')
  await complete
  await session.detach()
}

function isWanted({ name }: TraceEvent): boolean {
  return name === mark || name === task || name === commit
}

function readTrace(events: readonly TraceEvent[]): MainThread {
  const marked = events.find(({ name }) => name === mark)
  if (!marked) throw new Error('the trace does not hold the mark that names the main thread of the page')
  const own = events.filter(({ pid, tid }) => pid === marked.pid && tid === marked.tid).sort((a, b) => a.ts - b.ts)
  const tasks: Task[] = []
  const frames: Frame[] = []
  let frameAt: number | null = null
  let cpuMs = 0
  for (const event of own) {
    if (event.name === commit) {
      if (frameAt !== null) frames.push({ wallMs: (event.ts - frameAt) / 1000, cpuMs })
      frameAt = event.ts
      cpuMs = 0
    } else if (event.name === task) {
      const done = { startMs: event.ts / 1000, wallMs: (event.dur ?? 0) / 1000, cpuMs: (event.tdur ?? 0) / 1000 }
      tasks.push(done)
      cpuMs += done.cpuMs
    }
  }
  return { tasks, frames }
}
