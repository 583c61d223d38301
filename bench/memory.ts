import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { followRaw } from '#bench/followRaw.ts'
import { format, type Measure } from '#bench/measure.ts'
import type { Stage } from '#bench/stage.ts'

const LINES = 1_000_000

/** Peak resident memory of CLI and server while a command of a million lines is recorded and followed. */
export async function benchMemory(stage: Stage): Promise<Measure[]> {
  const script = `let n=0;const w=()=>{while(n<${LINES}){if(!process.stdout.write('line '+(++n)+' of the build, compiled without a complaint\\n'))return process.stdout.once('drain',w)}};w()`
  const cli = fileURLToPath(new URL('../cli/main.ts', import.meta.url))
  const child = spawn(process.execPath, [cli, 'run', '--name', 'memory', '--', process.execPath, '-e', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOME: stage.server.dataDir, WAYBILL_URL: stage.server.url, WAYBILL_KEY: stage.key },
  })
  child.stdout.resume()
  let stderr = ''
  let follower: { close(): void } | null = null
  let frames = 0
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
    const jobId = /jobs\/([0-9a-f-]{36})/.exec(stderr)?.[1]
    if (follower || jobId === undefined) return
    follower = { close: () => {} }
    void followRaw(stage, jobId, (count) => {
      frames += count
    }).then((opened) => {
      follower = opened
    })
  })
  let cliPeak = 0
  const sampler = setInterval(() => {
    cliPeak = Math.max(cliPeak, peakMegabytes(child.pid ?? 0))
  }, 50)
  const began = performance.now()
  const [code] = await once(child, 'exit')
  const seconds = (performance.now() - began) / 1000
  clearInterval(sampler)
  const serverPeak = peakMegabytes(stage.server.pid)
  ;(follower as { close(): void } | null)?.close()
  if (code !== 0) throw new Error(`the recorded command ended with code ${code}:\n${stderr}`)
  const figure = `${LINES.toLocaleString('en')} lines recorded and followed in ${seconds.toFixed(1)} s, ${frames.toLocaleString('en')} frames`
  const peak = (who: string, megabytes: number, most: number): Measure => ({
    figure,
    baseline: `the most that may be resident in the ${who} at any moment; it held ${format(megabytes)} MiB`,
    value: megabytes,
    unit: 'MiB',
    limit: { most },
  })
  return [peak('CLI', cliPeak, 150), peak('server', serverPeak, 400)]
}

/** VmHWM of /proc/<pid>/status; 0 where there is no /proc or no process any more. */
function peakMegabytes(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}
