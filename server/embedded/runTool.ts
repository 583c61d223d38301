import { spawn } from 'node:child_process'
import { childEnv } from '#server/embedded/childEnv.ts'
import type { RunAs } from '#server/embedded/spawnServer.ts'

export type Tool = { command: string; args: readonly string[]; cwd: string; user: RunAs | undefined; input?: string }

/** Runs a command to its end. Never rejects: a command that cannot be executed counts as failed, its output says why. */
export async function runTool({ command, args, cwd, user, input }: Tool): Promise<{ ok: boolean; output: string }> {
  const child = spawn(command, args, {
    cwd,
    // A Ctrl-C in our terminal must not tear it mid-way while we are still deciding what to do.
    detached: true,
    env: childEnv,
    ...(user && { uid: user.uid, gid: user.gid }),
  })
  const abandon = () => killGroup(child.pid)
  process.once('exit', abandon)
  let output = ''
  const keep = (chunk: Buffer) => {
    output += chunk.toString()
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  // A command that ends without reading its input gives EPIPE, which its exit code explains better.
  child.stdin.on('error', () => {})
  child.stdin.end(input ?? '')
  const ok = await new Promise<boolean>((resolve) => {
    child.once('error', (error) => {
      output += error.message
      resolve(false)
    })
    child.once('close', (code) => resolve(code === 0))
  })
  process.off('exit', abandon)
  return { ok, output: output.trim() }
}

/**
 * With whatever it started, and at once: initdb hears SIGTERM when its present step is over, a second later, and then
 * clears away what the next start has begun. What is half done here is begun anew there.
 */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Over already.
  }
}
