#!/usr/bin/env node
// What the command `waybill` starts. In the package: the command line as prepack compiled it. In a clone: its TypeScript,
// on the Node that is among the project's packages, since an older one cannot read it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const source = new URL('../cli/main.ts', import.meta.url)

if (!existsSync(source)) await import('../dist/cli/main.js')
else if (process.features.typescript) await import(source.href)
else runOnOwnNode()

function runOnOwnNode() {
  const node = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))
  const child = spawn(node, [fileURLToPath(source), ...process.argv.slice(2)], { stdio: 'inherit' })
  // Ctrl-C on a terminal reaches the child by itself; what is sent to this process alone has to be passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  child.on('error', (error) => {
    process.stderr.write(`waybill: ${node} cannot be started (${error.code}); run "npm ci" in its directory first.\n`)
    process.exitCode = 70
  })
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 70) : 128 + constants.signals[signal]
  })
}
