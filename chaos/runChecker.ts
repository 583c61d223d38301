import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Report } from '#chaos/checker/checkRun.ts'
import { evidenceFiles } from '#chaos/checker/evidenceFiles.ts'

/** Runs the checker as a process of its own. @throws Error when it could not judge */
export async function runChecker(directory: string): Promise<Report> {
  const script = fileURLToPath(new URL('checker/main.ts', import.meta.url))
  // Half an hour is a million events, each of them in several places.
  const child = spawn(process.execPath, ['--max-old-space-size=8192', script, directory], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`The checker ended with exit code ${code}; the evidence is in ${directory}`)
  return JSON.parse(readFileSync(join(directory, evidenceFiles.report), 'utf8'))
}
