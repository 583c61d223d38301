import { expect, test } from 'vitest'
import { asShell, backportsSource, installPlan, type Machine } from '#scripts/installPlan.ts'

const bookworm: Machine = {
  platform: 'linux',
  system: 'debian',
  release: 'bookworm',
  aptSources: [
    'Types: deb\nURIs: http://security.example/debian-security\nSuites: bookworm-security\nComponents: main\n',
    '# comment\nTypes: deb\nURIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\nComponents: main\n',
  ],
  aptHasValkey: false,
}

test('adds backports on the mirror of the machine, on Debian 12 alone', () => {
  expect(installPlan('valkey', bookworm)).toEqual([
    {
      write: '/etc/apt/sources.list.d/waybill-backports.sources',
      text: expect.stringContaining('URIs: http://mirror.example/debian\nSuites: bookworm-backports\n'),
    },
    { run: expect.arrayContaining(['update']) },
    { run: expect.arrayContaining(['install', '-t', 'bookworm-backports', 'valkey-server']) },
  ])
  expect(installPlan('valkey', { ...bookworm, release: 'trixie', aptHasValkey: true })).toEqual([
    { run: expect.not.arrayContaining(['-t']) },
  ])
})

test('adds no source where apt has Valkey already', () => {
  expect(installPlan('valkey', { ...bookworm, aptHasValkey: true })).toHaveLength(1)
})

test('adds no second source for backports that are there but were never fetched', () => {
  const aptSources = [...bookworm.aptSources, 'deb http://mirror.example/debian bookworm-backports main\n']
  expect(installPlan('valkey', { ...bookworm, aptSources })).toEqual([
    { run: expect.arrayContaining(['update']) },
    { run: expect.arrayContaining(['-t', 'bookworm-backports', 'valkey-server']) },
  ])
})

test.each([
  ['deb http://one.example/debian bookworm main contrib\n', 'http://one.example/debian'],
  ['deb [arch=amd64 signed-by=/k.gpg] http://two.example/debian bookworm main\n', 'http://two.example/debian'],
  [
    'deb-src http://no.example/debian bookworm main\ndeb http://three.example/d bookworm main\n',
    'http://three.example/d',
  ],
  [
    'Enabled: no\nTypes: deb\nURIs: http://off.example\nSuites: bookworm\n\nTypes: deb\nURIs: http://on.example\nSuites: bookworm\n',
    'http://on.example',
  ],
])('finds the mirror in %j', (text, mirror) => {
  expect(backportsSource([text], 'bookworm')).toContain(`URIs: ${mirror}\n`)
})

test.each(['', '# deb http://x bookworm main\n', 'deb http://x bookworm-security main\n'])(
  'finds no mirror in %j',
  (text) => {
    expect(backportsSource([text], 'bookworm')).toBeUndefined()
  },
)

test('knows no way on a system without apt and brew', () => {
  expect(installPlan('valkey', { ...bookworm, system: 'fedora' })).toBeUndefined()
})

test('takes the browser of Playwright where the system has none of its own to install', () => {
  const ubuntu = { ...bookworm, system: 'ubuntu', release: 'noble' }
  const mac = { ...bookworm, platform: 'darwin' as const, system: '', release: '' }
  expect(installPlan('chromium', bookworm)).toEqual([{ run: expect.arrayContaining(['apt-get', 'chromium']) }])
  expect(installPlan('chromium', ubuntu)).toEqual([
    { run: ['npx', 'playwright', 'install', '--with-deps', 'chromium'] },
  ])
  expect(installPlan('chromium', mac)).toEqual([{ run: ['npx', 'playwright', 'install', 'chromium'] }])
})

test('shows the steps as lines that can be pasted into a shell', () => {
  expect(
    asShell([{ write: '/etc/x', text: 'a\nb\n' }, { run: ['apt-get', 'update'] }, { run: ['brew', 'install', 'v'] }]),
  ).toEqual(["sudo tee /etc/x >/dev/null <<'END'\na\nb\nEND", 'sudo apt-get update', 'brew install v'])
})

test('takes nginx from the archive of the system', () => {
  expect(installPlan('nginx', bookworm)).toEqual([{ run: expect.arrayContaining(['apt-get', 'install', 'nginx']) }])
  expect(installPlan('nginx', { ...bookworm, platform: 'darwin' })).toEqual([{ run: ['brew', 'install', 'nginx'] }])
  expect(installPlan('nginx', { ...bookworm, system: 'alpine' })).toBeUndefined()
})
