import { isWaybillError, WaybillError } from '#domain/errors.ts'
import { formatQuery } from '#domain/search/formatQuery.ts'
import type { SearchMessage } from '#domain/search/messages.ts'
import type { Logger } from '#server/logger.ts'
import type { Ended, Scanned, SearchTask, StoredChunk } from '#server/search/protocol.ts'
import { type Scanner, startScanner } from '#server/search/scanner.ts'

/** A job's output, which may still grow. */
export type JobLines = {
  /** now */
  head: number
  lines: number
  /** all lines in their order, some chunks at a time; in the end the event up to which these were all */
  chunks: AsyncGenerator<readonly StoredChunk[], { head: number }>
}

export type SearchRequest = { task: SearchTask; output: JobLines }

/** The searches of this process. */
export type Search = {
  /**
   * Looks through a job's output. It takes one of the few places at once and gives it back when it is over or left with
   * `return`.
   *
   * @returns messages; the last is `done`, or it ends with a WaybillError: SEARCH_TOO_SLOW, UNAVAILABLE, INTERNAL
   * @throws WaybillError TOO_MANY_SEARCHES
   */
  start(request: SearchRequest): AsyncGenerator<SearchMessage, void, undefined>
  running(): number
  close(): Promise<void>
}

export type SearchSettings = {
  /** searches at once: each may keep a core busy */
  places: number
  /** milliseconds for the lines of one message to the thread, which usually take two or three */
  stepMs: number
  /** milliseconds for a whole search */
  wholeMs: number
  /** milliseconds after which a thread without work is ended */
  idleMs: number
}

export const searchSettings: SearchSettings = { places: 4, stepMs: 3000, wholeMs: 60_000, idleMs: 30_000 }

type UnderWay = { output: JobLines; asked: Promise<unknown>[]; seen: { head: number } }

/** Messages to the thread that are under way: it works on one while the next is read from the database. */
const AHEAD = 2
const PROGRESS_MS = 100

export function openSearch({ log, ...given }: Partial<SearchSettings> & { log: Pick<Logger, 'error'> }): Search {
  const settings = { ...searchSettings, ...given }
  const all = new Set<Scanner>()
  const idle: { scanner: Scanner; timer: ReturnType<typeof setTimeout> }[] = []
  let running = 0
  let isClosed = false

  function takeScanner(): Scanner {
    if (isClosed) throw goingDown()
    for (let kept = idle.pop(); kept; kept = idle.pop()) {
      clearTimeout(kept.timer)
      if (kept.scanner.isAlive()) return kept.scanner
      all.delete(kept.scanner)
    }
    const scanner = startScanner({ limitMs: settings.stepMs })
    all.add(scanner)
    return scanner
  }

  function giveBack(scanner: Scanner): void {
    if (isClosed || !scanner.isAlive()) {
      drop(scanner)
      return
    }
    const timer = setTimeout(() => {
      idle.splice(
        idle.findIndex((kept) => kept.scanner === scanner),
        1,
      )
      drop(scanner)
    }, settings.idleMs)
    timer.unref()
    idle.push({ scanner, timer })
  }

  function drop(scanner: Scanner): void {
    all.delete(scanner)
    void scanner.end()
  }

  async function* run({ task, output }: SearchRequest): AsyncGenerator<SearchMessage, void, undefined> {
    const { lines, head } = output
    yield { type: 'start', query: formatQuery(task.query), lines, head }
    const scanner = takeScanner()
    const asked: Promise<unknown>[] = []
    const seen = { head }
    try {
      asked.push(scanner.ask({ ask: 'begin', task }))
      yield* tellWhile(scanned(scanner, { output, asked, seen }))
      const { value } = await scanner.ask({ ask: 'end' })
      const { hits, ...ended } = value as Ended
      if (hits.length > 0) yield { type: 'hits', hits }
      yield { type: 'done', head: seen.head, ...ended }
    } catch (error) {
      if (!isWaybillError(error) || error.code === 'INTERNAL') log.error('A search failed', {}, error)
      throw error
    } finally {
      await output.chunks.return({ head: seen.head })
      // What was asked last may still be under way: the place stays taken, and the next search must not get its answer.
      await Promise.allSettled(asked)
      giveBack(scanner)
    }
  }

  /** What is known after each message to the thread. */
  async function* scanned(scanner: Scanner, { output, asked, seen }: UnderWay): AsyncGenerator<Scanned> {
    const until = performance.now() + settings.wholeMs
    const due: Promise<Scanned>[] = []
    for (;;) {
      const { value, done } = await output.chunks.next()
      if (done) {
        seen.head = value.head
        break
      }
      const answer = scanner.ask({ ask: 'scan', chunks: value }).then(({ value }) => value as Scanned)
      // It is awaited below; until then a failure of its must not count as one that nobody handles.
      answer.catch(() => {})
      asked.push(answer)
      due.push(answer)
      if (due.length < AHEAD) continue
      const first = due.shift()
      if (first) yield await first
      if (performance.now() > until) throw tooLong(settings.wholeMs)
    }
    for (const answer of due) yield await answer
  }

  function start(request: SearchRequest): AsyncGenerator<SearchMessage, void, undefined> {
    if (isClosed) throw goingDown()
    if (running >= settings.places) throw tooMany(settings.places)
    running++
    return withRelease(run(request), () => {
      running--
    })
  }

  return {
    start,
    running: () => running,
    close: async () => {
      isClosed = true
      for (const { timer } of idle.splice(0)) clearTimeout(timer)
      await Promise.all([...all].map((scanner) => scanner.end()))
      all.clear()
    },
  }
}

/** Hits as they come, progress now and then. */
async function* tellWhile(steps: AsyncIterable<Scanned>): AsyncGenerator<SearchMessage, void, undefined> {
  let toldAt = performance.now()
  for await (const { hits, scanned, total } of steps) {
    if (hits.length > 0) yield { type: 'hits', hits }
    if (performance.now() - toldAt < PROGRESS_MS) continue
    toldAt = performance.now()
    yield { type: 'progress', scanned, total }
  }
}

/** Calls `release` once, however it ends; also if it is left before its first message, which no `finally` would see. */
function withRelease<T>(
  inner: AsyncGenerator<T, void, undefined>,
  release: () => void,
): AsyncGenerator<T, void, undefined> {
  let isReleased = false
  const releaseOnce = () => {
    if (!isReleased) release()
    isReleased = true
  }
  const outer: AsyncGenerator<T, void, undefined> = {
    next: async () => {
      try {
        const result = await inner.next()
        if (result.done) releaseOnce()
        return result
      } catch (error) {
        releaseOnce()
        throw error
      }
    },
    return: async () => {
      try {
        return await inner.return()
      } finally {
        releaseOnce()
      }
    },
    throw: (error) => inner.throw(error),
    [Symbol.asyncIterator]: () => outer,
    [Symbol.asyncDispose]: async () => {
      await outer.return()
    },
  }
  return outer
}

function goingDown(): WaybillError {
  return new WaybillError('UNAVAILABLE', 'The server is going down; search again in a moment.')
}

function tooMany(places: number): WaybillError {
  const message = `${places} searches are under way, which is all this server does at once; search again in a moment.`
  return new WaybillError('TOO_MANY_SEARCHES', message)
}

function tooLong(wholeMs: number): WaybillError {
  const message = `The search was ended after ${wholeMs / 1000} s, before all lines were looked at; make the filter narrower.`
  return new WaybillError('SEARCH_TOO_SLOW', message)
}
