/** What decides how something is installed. */
export type Machine = {
  platform: NodeJS.Platform
  /** ID and VERSION_CODENAME of /etc/os-release, e.g. `debian` and `bookworm`. */
  system: string
  release: string
  /** The texts of /etc/apt/sources.list, *.list and *.sources. */
  aptSources: string[]
  /** Whether apt has a version of valkey-server to offer, as its lists stand. */
  aptHasValkey: boolean
}

/** One thing to do as the machine's administrator: run a command, or write a file. */
export type Step = { run: string[] } | { write: string; text: string }

export type Need = 'valkey' | 'chromium' | 'nginx'

const apt = ['apt-get', '-o', 'DPkg::Lock::Timeout=300']
const install = [...apt, 'install', '-y', '--no-install-recommends']
const debianKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** The steps that install what is needed, or undefined where we know none. */
export function installPlan(need: Need, machine: Machine): Step[] | undefined {
  const plans: Record<Need, (machine: Machine) => Step[] | undefined> = {
    valkey: planValkey,
    chromium: planChromium,
    nginx: planNginx,
  }
  return plans[need](machine)
}

function planValkey(machine: Machine): Step[] | undefined {
  if (machine.platform === 'darwin') return [{ run: ['brew', 'install', 'valkey'] }]
  if (!['debian', 'ubuntu'].includes(machine.system)) return undefined
  if (machine.aptHasValkey) return [{ run: [...install, 'valkey-server'] }]
  // Debian 12 has it in backports alone; 13 and later, and Ubuntu from 24.04 on, in their main archive.
  if (machine.release !== 'bookworm') return undefined
  const suite = `${machine.release}-backports`
  const steps = [{ run: [...apt, 'update'] }, { run: [...install, '-t', suite, 'valkey-server'] }]
  // A second source for the same suite that names another key makes apt refuse both.
  if (machine.aptSources.some((text) => mirrorIn(text, suite) !== undefined)) return steps
  const text = backportsSource(machine.aptSources, machine.release)
  return text === undefined
    ? undefined
    : [{ write: '/etc/apt/sources.list.d/waybill-backports.sources', text }, ...steps]
}

function planNginx({ platform, system }: Machine): Step[] | undefined {
  if (platform === 'darwin') return [{ run: ['brew', 'install', 'nginx'] }]
  return ['debian', 'ubuntu'].includes(system) ? [{ run: [...install, 'nginx'] }] : undefined
}

function planChromium(machine: Machine): Step[] | undefined {
  if (machine.platform === 'linux' && machine.system === 'debian') return [{ run: [...install, 'chromium'] }]
  // Ubuntu's package is a snap, which containers cannot run; Playwright brings one of its own.
  const dependencies = machine.platform === 'linux' ? ['--with-deps'] : []
  return [{ run: ['npx', 'playwright', 'install', ...dependencies, 'chromium'] }]
}

/**
 * A deb822 source for the backports of a Debian release, on the mirror that the machine already uses for the release
 * itself: another host may be blocked here. Undefined when no source names the release.
 */
export function backportsSource(sources: readonly string[], release: string): string | undefined {
  const mirror = sources.map((text) => mirrorIn(text, release)).find((found) => found !== undefined)
  if (mirror === undefined) return undefined
  return [
    'Types: deb',
    `URIs: ${mirror}`,
    `Suites: ${release}-backports`,
    'Components: main',
    `Signed-By: ${debianKeyring}`,
    '',
  ].join('\n')
}

function mirrorIn(text: string, release: string): string | undefined {
  const oneLine = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s/gm
  for (const [, uri, suite] of text.matchAll(oneLine)) {
    if (suite === release) return uri
  }
  for (const stanza of text.split(/\n\s*\n/)) {
    const field = (name: string) =>
      new RegExp(`^${name}:[ \\t]*(.+)$`, 'im').exec(stanza)?.[1]?.trim().split(/\s+/) ?? []
    const isOn = field('Enabled')[0] !== 'no'
    if (isOn && field('Types').includes('deb') && field('Suites').includes(release)) return field('URIs')[0]
  }
  return undefined
}

/** The plan as lines for a terminal of somebody who may use sudo. */
export function asShell(plan: readonly Step[]): string[] {
  return plan.map((step) => {
    if ('write' in step) return `sudo tee ${step.write} >/dev/null <<'END'\n${step.text}END`
    const [command = ''] = step.run
    return ['brew', 'npx'].includes(command) ? step.run.join(' ') : `sudo ${step.run.join(' ')}`
  })
}
