import { spawn } from 'node:child_process'
import { type Chunker, createChunker, type OutputChunk, type OutputStream } from '#cli/run/chunker.ts'
import type { CommandEnd } from '#cli/run/outcome.ts'

/** Silence after the command's end after which its output is over, even if something it left behind still holds it open. */
const LINGER_MS = 1000

const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const
/** What a terminal's keys (Ctrl-C, Ctrl-\) send to everybody in it. */
const fromTerminal: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT']

/**
 * Runs a command as if it stood alone: its output goes to ours unchanged and at once, its input is ours, signals reach
 * it. What it writes is also given to `onOutput`.
 *
 * The command sees pipes instead of a terminal, so programs that colour only terminals have to be told to (FORCE_COLOR,
 * --color=always).
 */
export async function superviseCommand(
  [file = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
  onOutput: (chunk: OutputChunk) => void,
): Promise<CommandEnd> {
  const child = spawn(file, args, { stdio: ['inherit', 'pipe', 'pipe'], env })
  const chunker = createChunker(onOutput)
  const clock = runClock(chunker)
  let interruptedBy: NodeJS.Signals | null = null
  const passOn = (signal: NodeJS.Signals) => {
    // Java and others answer SIGQUIT with a report and go on.
    if (signal !== 'SIGQUIT') interruptedBy ??= signal
    // Ctrl-C on a terminal reaches the command by itself; a second one would make npm and others die at once.
    if (!fromTerminal.includes(signal) || !process.stdin.isTTY) child.kill(signal)
  }
  for (const signal of passedOn) process.on(signal, passOn)
  try {
    const isOver = [copyOutput('stdout'), copyOutput('stderr')]
    const { exitCode, signal, startError } = await ending()
    await Promise.race([Promise.all(isOver), silence()])
    chunker.end('stdout')
    chunker.end('stderr')
    return { exitCode, signal, interruptedBy, ...(startError && { startError }) }
  } finally {
    for (const signal of passedOn) process.off(signal, passOn)
    clock.stop()
    child.stdout.destroy()
    child.stderr.destroy()
  }

  function copyOutput(stream: OutputStream): Promise<void> {
    const from = child[stream]
    const to = process[stream]
    // Whoever read our output is gone: the command has to hear of it, as it would without us.
    const onGone = () => from.destroy()
    const onDrain = () => {
      clock.heard()
      from.resume()
    }
    to.on('error', onGone)
    to.on('drain', onDrain)
    from.on('data', (data: Buffer) => {
      // A pager that waits holds the command up, as it would without us; else its output would pile up here.
      if (!to.write(data)) from.pause()
      chunker.write(stream, data, performance.now())
      clock.heard()
    })
    return new Promise((resolve) => {
      from.on('close', () => {
        to.off('error', onGone)
        to.off('drain', onDrain)
        resolve()
      })
      from.on('error', () => from.destroy())
    })
  }

  function ending(): Promise<Pick<CommandEnd, 'exitCode' | 'signal' | 'startError'>> {
    return new Promise((resolve) => {
      child.on('error', (startError: NodeJS.ErrnoException) => {
        if (child.pid === undefined) resolve({ exitCode: null, signal: null, startError })
      })
      child.on('exit', (exitCode, signal) => resolve({ exitCode, signal }))
    })
  }

  /** Resolves once nothing was written for a while: the pipes of what the command left behind may stay open for ever. */
  async function silence(): Promise<void> {
    for (let left = LINGER_MS; left > 0; left = quietIn()) {
      await new Promise((resolve) => setTimeout(resolve, left).unref())
      // After the timer comes the turn of the sockets: what waited in the pipe while we were busy is no silence.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** Milliseconds until the output counts as over. While our reader holds us up, silence says nothing. */
  function quietIn(): number {
    if (child.stdout.isPaused() || child.stderr.isPaused()) return LINGER_MS
    return clock.lastHeard() + LINGER_MS - performance.now()
  }
}

/** Drives the chunker's ticks; a timer is set only while something waits. */
function runClock(chunker: Chunker) {
  let timer: ReturnType<typeof setTimeout> | null = null
  let last = performance.now()
  const arm = () => {
    const due = chunker.due()
    if (timer !== null || due === null) return
    timer = setTimeout(
      () => {
        timer = null
        chunker.tick(performance.now())
        arm()
      },
      Math.max(1, due - performance.now()),
    )
  }
  return {
    heard: () => {
      last = performance.now()
      arm()
    },
    lastHeard: () => last,
    stop: () => {
      if (timer !== null) clearTimeout(timer)
    },
  }
}
