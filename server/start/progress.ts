/** What the start says while it goes on. */
export type Progress = {
  /** Runs one phase: its name when it is done, with its time; lines of its own in between. */
  phase<T>(name: string, run: (say: (line: string) => void) => Promise<T>): Promise<T>
  say(line: string): void
}

export function createProgress(write: (text: string) => void): Progress {
  const say = (line: string) => write(`${line}\n`)
  return {
    say,
    async phase(name, run) {
      const begin = performance.now()
      const result = await run((line) => say(`  ${line}`))
      say(`✓ ${name} (${((performance.now() - begin) / 1000).toFixed(1)} s)`)
      return result
    },
  }
}
