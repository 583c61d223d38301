import { steadyNow } from '#components/clock/steadyNow.ts'
import type { Attempt, Line, Outcome } from '#components/timeline/data/attempt.ts'
import { restAfter } from '#components/timeline/data/outputSums.ts'
import type { Frames } from '#components/timeline/data/readFrames.ts'
import { readStream } from '#components/timeline/data/readStream.ts'
import type { StreamNews, TabMessage, Tabs } from '#components/timeline/data/tabs.ts'

/** News that wait to be taken. A tab that is busy for longer forgets them, and reads by itself what it missed. */
const mostWaiting = 1_000

/**
 * One stream for all tabs of a job. The tab whose turn it is reads it and tells the others what it brings; they wait for
 * their turn, which comes when that tab is gone. Every tab reads an outline of its own, and its sums tell what of the news
 * is new to it: so it may come at any time, and take over at any time. What cannot be joined on to what it has it reads
 * by itself first, so that there is never a gap.
 */
export class SharedStream {
  private readonly tabs: Tabs
  private readonly line: Line
  private readonly endListening: () => void
  private waiting: { epoch: string; news: StreamNews }[] = []
  /** it is this tab's turn, or it waits for it */
  private place: 'none' | 'queued' | 'leads' = 'none'
  /** whoever read the stream does so no more, and this tab may not yet */
  private isAbandoned = false
  private stir = () => {}
  private onStream = () => {}

  constructor(tabs: Tabs, line: Line) {
    this.tabs = tabs
    this.line = line
    this.endListening = tabs.listen((message) => this.hear(message))
  }

  /** Follows the stream until it ends or breaks, reading it or being told. */
  async follow(attempt: Attempt): Promise<Outcome> {
    const leave = this.enter(attempt)
    try {
      for (;;) {
        const told = this.waiting.shift()
        if (told) {
          if (told.epoch !== this.line.epoch) continue
          const outcome = await this.takeNews(attempt, told.news)
          if (outcome) return outcome
        } else if (this.place === 'leads') return await this.read(attempt)
        else if (this.isAbandoned) {
          const waitMs = Math.max(0, this.line.leadsFrom - steadyNow())
          return { kind: 'again', reason: 'The connection was closed.', waitMs }
        } else await this.untilStirred(attempt.signal)
      }
    } finally {
      leave()
    }
  }

  /** Tells when another tab reads the stream, live, and this one can join. @returns ends listening */
  listenForStream(onStream: () => void): () => void {
    this.onStream = onStream
    return () => {
      this.onStream = () => {}
    }
  }

  close(): void {
    this.endListening()
    this.tabs.close()
  }

  /** Joins the other tabs: asks where the stream is, and for its turn. @returns leaves them */
  private enter(attempt: Attempt): () => void {
    const { line, tabs } = this
    const { takesOver, leadsFrom } = line
    const epoch = line.epoch ?? ''
    line.takesOver = false
    this.isAbandoned = false
    attempt.isLed = true
    // Whoever reads the stream answers soon, or is deaf.
    attempt.awaitTabs()
    let leaveQueue = () => {}
    const queue = () => {
      this.place = 'queued'
      leaveQueue = tabs.queue({
        epoch,
        takesOver,
        onTurn: () => {
          this.place = 'leads'
          attempt.isLed = false
          attempt.heardOfTabs()
          this.stir()
        },
        onLost: () => {
          this.place = 'none'
          attempt.giveUp({ kind: 'moved' })
        },
      })
    }
    const isEarly = leadsFrom > steadyNow()
    const timer = isEarly ? setTimeout(queue, leadsFrom - steadyNow()) : undefined
    if (!isEarly) queue()
    tabs.post({ kind: 'hello', epoch })
    return () => {
      clearTimeout(timer)
      if (this.place === 'leads') tabs.post({ kind: 'gone', epoch })
      this.place = 'none'
      leaveQueue()
    }
  }

  private hear(message: TabMessage): void {
    const { epoch } = this.line
    // Before its outline came, a tab does not know what of the news it will need.
    if (epoch !== null && message.epoch !== epoch) return
    if (message.kind === 'hello') {
      if (this.place === 'leads') this.post(null)
    } else if (message.kind === 'gone') this.isAbandoned = this.place === 'none'
    else if (this.place !== 'leads') {
      this.isAbandoned = false
      if (this.waiting.length >= mostWaiting) this.waiting = []
      this.waiting.push(message)
      if (epoch !== null && message.news.isLive && !this.isBehind(message.news)) this.onStream()
    }
    this.stir()
  }

  private async takeNews(attempt: Attempt, news: StreamNews): Promise<Outcome | null> {
    const { line } = this
    const { frames, before, isLive, quietMs, serverHead } = news
    attempt.heardOfTabs()
    if (this.isBehind(news)) {
      const outcome = await this.read(attempt, before.head)
      if (outcome.kind !== 'moved') return outcome
    }
    if (frames) {
      attempt.heard()
      const outcome = attempt.take({ ...frames, arrivals: restAfter(line.sums, before, frames.arrivals) })
      if (outcome) return outcome
    } else line.heardAt = Math.max(line.heardAt, steadyNow() - quietMs)
    attempt.tellServerHead(serverHead)
    if (isLive) attempt.tellLive()
    else attempt.tell({ state: 'catching-up', isReturn: line.wasLive })
    return null
  }

  /** Reads the stream: on and on if it is this tab's turn, else until a seq. */
  private read(attempt: Attempt, until = 0): Promise<Outcome> {
    return readStream(attempt, {
      isEnough: () => this.place !== 'leads' && this.line.sums.head >= until,
      onOpen: () => this.post(null),
      onTaken: (frames, before) => this.post(frames, before),
    })
  }

  private post(frames: Frames | null, before = this.line.sums): void {
    const { epoch, told, heardAt, serverHead } = this.line
    if (this.place !== 'leads' || epoch === null) return
    const news = { frames, before, isLive: told.state === 'live', quietMs: steadyNow() - heardAt, serverHead }
    this.tabs.post({ kind: 'news', epoch, news })
  }

  private isBehind({ before }: StreamNews): boolean {
    return before.head > this.line.sums.head
  }

  private untilStirred(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason)
      if (signal.aborted) return stop()
      signal.addEventListener('abort', stop)
      this.stir = () => {
        signal.removeEventListener('abort', stop)
        this.stir = () => {}
        resolve()
      }
    })
  }
}
