import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { trackProcess } from '#testing/processesOf.ts'
import { testServices } from '#testing/services.ts'

export type Script = AsyncDisposable & {
  pid: number
  output(): string
  /** Resolves to the first line that contains the text, once the script has written it. */
  line(text: string): Promise<string>
  ended: Promise<{ code: number | null; output: string }>
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<void>
}

/** Runs the text of a JavaScript module as a process of its own, which can be killed without hurting the test's. */
export async function startScript(module: string, { ownGroup = false } = {}): Promise<Script> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', module], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: ownGroup,
  })
  await once(child, 'spawn')
  const pid = child.pid ?? 0
  const untrack = trackProcess(testServices().runDirectory, pid)
  let output = ''
  const changed = new EventTarget()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      changed.dispatchEvent(new Event('change'))
    })
  }
  const ended = once(child, 'close').then(([code]: (number | null)[]) => {
    untrack()
    changed.dispatchEvent(new Event('change'))
    return { code: code ?? null, output }
  })
  const isRunning = () => child.exitCode === null && child.signalCode === null
  const end = async (signal: NodeJS.Signals) => {
    if (isRunning()) child.kill(signal)
    await ended
  }
  return {
    pid,
    output: () => output,
    line: async (text) => {
      for (;;) {
        // The last piece may be half a line.
        const found = output
          .split('\n')
          .slice(0, -1)
          .find((line) => line.includes(text))
        if (found !== undefined) return found
        if (!isRunning()) throw new Error(`the script ended without writing "${text}":\n${(await ended).output}`)
        await once(changed, 'change')
      }
    },
    ended,
    end,
    [Symbol.asyncDispose]: () => end('SIGKILL'),
  }
}
