import type { Script } from '#domain/story/script.ts'

export const green = (text: string) => `\x1b[32m${text}\x1b[39m`
export const dim = (text: string) => `\x1b[2m${text}\x1b[22m`

export function checkout(script: Script): void {
  script.after(60).tell('step.started', { stepId: 'checkout', name: 'Checkout', kind: 'git' })
  script.after(700).tell('step.output', {
    stepId: 'checkout',
    stream: 'stderr',
    text: "Cloning into 'api'...\nremote: Counting objects: 100% (8412/8412), done.\n",
  })
  script.after(500).tell('step.completed', { stepId: 'checkout', outcome: 'success', exitCode: 0 })
}

export function build(script: Script): void {
  script.after(120).tell('step.started', { stepId: 'build', name: 'Build', kind: 'npm' })
  script.after(300).tell('step.output', {
    stepId: 'build',
    stream: 'stdout',
    text: `\n> api@4.2.0 build\n> next build\n\n   ${'\x1b[1m▲ Next.js 16.4.6\x1b[22m'}\n\n   Creating an optimized production build ...\n`,
  })
  for (let n = 1; n <= 14; n++) {
    script.after(500 + n * 40).tell('step.output', {
      stepId: 'build',
      stream: 'stdout',
      text: Array.from(
        { length: 3 },
        (_, i) =>
          ` ${green('✓')} Compiled route /v1/resource-${n * 3 + i} ${dim(`in ${80 + ((n * 7 + i) % 90)} ms`)}\n`,
      ).join(''),
    })
  }
  script.after(90).tell('step.output', {
    stepId: 'build',
    stream: 'stderr',
    text: '\x1b[33m⚠\x1b[39m 2 pages use deprecated options\n',
  })
  script.after(400).tell('ai.artifact_created', {
    artifactId: 'bundle',
    name: 'api-bundle.tar.zst',
    mediaType: 'application/zstd',
    bytes: 48_213_004,
    sha256: 'a3c1'.repeat(16),
    uri: 'https://artifacts.example.com/api-bundle.tar.zst',
    stepId: 'build',
  })
  script.after(60).tell('step.completed', { stepId: 'build', outcome: 'success', exitCode: 0 })
}

export function unitTests(script: Script): void {
  script.after(60).tell('step.started', { stepId: 'unit', name: 'Unit', parentStepId: 'test', kind: 'test' })
  for (let n = 1; n <= 10; n++) {
    script.after(260).tell('step.output', {
      stepId: 'unit',
      stream: 'stdout',
      text: ` ${green('✓')} src/module-${n}.test.ts ${dim(`(${n + 11} tests)`)} ${green(`${18 + n}ms`)}\n`,
    })
  }
  script.after(90).tell('step.output', {
    stepId: 'unit',
    stream: 'stdout',
    text: `\n ${dim('Test Files')}  ${green('86 passed')}\n ${dim('     Tests')}  ${green('1204 passed')}\n`,
  })
  script.after(40).tell('step.completed', { stepId: 'unit', outcome: 'success', exitCode: 0 })
}
