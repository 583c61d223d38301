import { Worker } from 'node:worker_threads'
import { WaybillError } from '#domain/errors.ts'
import type { Answer, Ask } from '#server/search/protocol.ts'

/** A thread that searches. After a failure it is gone, and every answer that was still due fails alike. */
export type Scanner = {
  isAlive(): boolean
  /** Answers come in the order of what was asked. @throws WaybillError SEARCH_TOO_SLOW, INTERNAL, UNAVAILABLE */
  ask(ask: Ask): Promise<Answer & { ok: true }>
  end(): Promise<void>
}

/** Old objects of one thread; a search needs a few MB. */
const HEAP_MB = 192

/** For the first answer: a thread that starts on a busy machine is not an expression that takes for ever. */
const START_MS = 20_000

type Due = { limitMs: number; resolve(answer: Answer & { ok: true }): void; reject(error: WaybillError): void }

/** @param limitMs of one answer: a thread that is silent for longer is ended */
export function startScanner({ limitMs }: { limitMs: number }): Scanner {
  const worker = new Worker(new URL('./scanWorker.ts', import.meta.url), {
    // What it has no use for, an expression that somebody sent has not either.
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  })
  const due: Due[] = []
  let failure: WaybillError | null = null
  let timer: ReturnType<typeof setTimeout> | null = null

  function watch(): void {
    if (timer) clearTimeout(timer)
    const [first] = due
    timer = first ? setTimeout(giveUp, first.limitMs) : null
  }

  function giveUp(): void {
    const seconds = limitMs / 1000
    const message =
      `The search was ended: looking through some lines took longer than ${seconds} s. An expression that repeats ` +
      'what is repeated already, like (a+)+, can take for ever; write it without the inner repetition.'
    fail(new WaybillError('SEARCH_TOO_SLOW', message))
  }

  function fail(error: WaybillError): void {
    failure ??= error
    for (const { reject } of due.splice(0)) reject(failure)
    watch()
    void worker.terminate()
  }

  worker.on('message', (answer: Answer) => {
    if (!answer.ok) return fail(lost(answer.error))
    due.shift()?.resolve(answer)
    watch()
  })
  worker.on('error', (error) => fail(lost(error)))
  worker.on('exit', () => fail(lost('its thread has ended')))
  // A search that nobody waits for must not keep the process.
  worker.unref()

  return {
    isAlive: () => failure === null,
    ask: (ask) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure)
        due.push({ resolve, reject, limitMs: ask.ask === 'begin' ? START_MS : limitMs })
        if (due.length === 1) watch()
        worker.postMessage(ask)
      }),
    end: async () => {
      failure ??= new WaybillError('UNAVAILABLE', 'The server is going down; search again in a moment.')
      fail(failure)
      await worker.terminate()
    },
  }
}

function lost(cause: unknown): WaybillError {
  return new WaybillError('INTERNAL', 'The search ended unexpectedly.', { cause })
}
