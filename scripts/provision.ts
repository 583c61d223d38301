import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findChromium } from '#scripts/findChromium.ts'
import { findNginx } from '#scripts/findNginx.ts'
import { asShell, installPlan, type Machine, type Need, type Step } from '#scripts/installPlan.ts'
import { findValkeyServer } from '#server/embedded/findValkeyServer.ts'

/**
 * Makes sure that what the tests use is on this machine: valkey-server 8 or newer, a Chromium, and nginx. Installs
 * what is missing when it may; otherwise prints the exact commands and returns false. Used by `npm test`; also runs by itself.
 */
export async function provision(): Promise<boolean> {
  const wants: [Need, () => Promise<string | undefined>][] = [
    ['valkey', findValkey],
    ['chromium', async () => findChromium()],
    ['nginx', async () => findNginx()],
  ]
  let complete = true
  for (const [need, find] of wants) {
    if ((await find()) === undefined) installNeed(need)
    const found = await find()
    if (found !== undefined) say(`${need}: ${found}`)
    complete &&= found !== undefined
  }
  return complete
}

async function findValkey(): Promise<string | undefined> {
  const found = await findValkeyServer(process.env.PATH ?? '')
  return 'command' in found ? found.command : undefined
}

function installNeed(need: Need): void {
  const isRoot = process.getuid?.() === 0
  let plan = installPlan(need, lookAround())
  // A fresh container has no lists at all, an old machine has lists of packages that are gone: only then fetch them.
  if (plan === undefined && isRoot && existsSync('/usr/bin/apt-get') && run(['apt-get', 'update'])) {
    plan = installPlan(need, lookAround())
  }
  if (plan === undefined) {
    say(`${need} is missing, and how to install it on this system is not known here. Put it on PATH and try again.`)
    return
  }
  if (!isRoot && process.platform !== 'darwin') {
    say(`${need} is missing. Install it with:\n\n${asShell(plan).join('\n')}\n`)
    return
  }
  for (const step of plan) {
    if (carryOut(step) || (isAptInstall(step) && run(['apt-get', 'update']) && carryOut(step))) continue
    say(`${need} could not be installed. The failing step:\n\n${asShell([step]).join('\n')}\n`)
    return
  }
}

function carryOut(step: Step): boolean {
  if ('write' in step) {
    writeFileSync(step.write, step.text)
    return true
  }
  return run(step.run)
}

function run(command: readonly string[]): boolean {
  say(command.join(' '))
  const [program = '', ...args] = command
  const { status } = spawnSync(program, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  return status === 0
}

function isAptInstall(step: Step): boolean {
  return 'run' in step && step.run[0] === 'apt-get' && step.run.includes('install')
}

function lookAround(): Machine {
  const osRelease = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(osRelease)?.[1] ?? ''
  return {
    platform: process.platform,
    system: field('ID'),
    release: field('VERSION_CODENAME'),
    aptSources: readAptSources(),
    aptHasValkey: aptOffers('valkey-server'),
  }
}

function readAptSources(): string[] {
  const folder = '/etc/apt/sources.list.d'
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /\.(list|sources)$/.test(name)) : []
  return ['/etc/apt/sources.list', ...names.map((name) => join(folder, name))]
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
}

function aptOffers(name: string): boolean {
  if (!existsSync('/usr/bin/apt-cache')) return false
  return /Candidate: (?!\(none\))\S/.test(execFileSync('apt-cache', ['policy', name], { encoding: 'utf8' }))
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = (await provision()) ? 0 : 1
