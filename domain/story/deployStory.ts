import { agentFix } from '#domain/story/agentFix.ts'
import { build, checkout, dim, green, unitTests } from '#domain/story/deploySteps.ts'
import { type Beat, type Script, writeScript } from '#domain/story/script.ts'

/**
 * A deploy whose end-to-end gate fails, is queued again, mended by an agent and then passes: every type of event but
 * job.failed, ANSI output, an input that is a secret, tool calls, tokens, artifacts, an approval. `waybill demo` plays it,
 * and the tests of the page are shown it.
 */
export function deployStory(): Beat[] {
  const script = writeScript()
  script.tell(
    'job.created',
    {
      action: 'deploy',
      title: 'Deploy api to production',
      requestId: 'req-4821',
      inputs: { repo: 'acme/api', branch: 'main', commit: '9f2c1ab', token: 'no-real-token' },
      labels: { team: 'platform', env: 'production' },
    },
    { by: 'user' },
  )
  script.after(40).tell('job.queued', { queue: 'deploys', reason: 'initial' })
  script.after(3_200).tell('job.started', { runner: 'runner-eu-3' })
  firstAttempt(script)
  script.after(900).tell('job.queued', {
    queue: 'deploys',
    reason: 'retry',
    error: { code: 'E2E_FAILED', message: '1 of 214 tests failed' },
  })
  script.after(4_100).tell('job.started', { runner: 'runner-eu-1' })
  secondAttempt(script)
  script.after(300).tell('job.completed', { output: { version: '2026.11.20-2', url: 'https://api.example.com' } })
  return script.beats
}

function firstAttempt(script: Script): void {
  checkout(script)
  build(script)
  script.after(200).tell('step.started', { stepId: 'test', name: 'Test' })
  unitTests(script)
  script.after(150).tell('step.started', { stepId: 'e2e', name: 'End-to-end', parentStepId: 'test', kind: 'test' })
  script.tell('gate.started', {
    gateId: 'e2e',
    name: 'e2e',
    kind: 'check',
    rule: 'All end-to-end tests pass',
    subject: 'acme/api@9f2c1ab',
    stepId: 'test',
  })
  for (let spec = 1; spec <= 24; spec++) {
    script.after(420 + ((spec * 137) % 600))
    script.tell('step.output', {
      stepId: 'e2e',
      stream: 'stdout',
      text: `${green('✓')} [chromium] › checkout/case-${spec}.spec.ts ${dim(`(${400 + spec * 13} ms)`)}\n`,
    })
    if (spec % 6 === 0)
      script.tell('step.progress', { stepId: 'e2e', completed: spec * 8, total: 214, message: 'running specs' })
  }
  const failed = script.after(2_400).tell('step.output', {
    stepId: 'e2e',
    stream: 'stderr',
    text: [
      '\x1b[31m\x1b[1m✗ [chromium] › cart/pays-with-saved-card.spec.ts:88:14 (30.1s)\x1b[22m\x1b[39m',
      '',
      '    \x1b[41m\x1b[1m ERROR \x1b[22m\x1b[49m Timeout of 30000ms exceeded while waiting for',
      '      locator(\x1b[36m"text=Paid"\x1b[39m)',
      '',
      `    at \x1b]8;;https://github.com/acme/api/blob/main/e2e/cart.spec.ts#L88\x1b\\e2e/cart.spec.ts:88:14\x1b]8;;\x1b\\`,
      '',
    ].join('\n'),
  })
  script.after(60).tell('gate.failed', {
    gateId: 'e2e',
    decidedBy: 'playwright',
    reason: '1 of 214 tests failed',
    evidence: [failed],
  })
  script.tell('step.completed', {
    stepId: 'e2e',
    outcome: 'failure',
    exitCode: 1,
    error: { code: 'TESTS_FAILED', message: '1 of 214 tests failed' },
  })
  script.after(40).tell('step.completed', { stepId: 'test', outcome: 'failure' })
}

function secondAttempt(script: Script): void {
  checkout(script)
  agentFix(script)
  build(script)
  script.after(150).tell('step.started', { stepId: 'test', name: 'Test' })
  unitTests(script)
  script.after(100).tell('gate.started', {
    gateId: 'e2e',
    name: 'e2e',
    kind: 'check',
    rule: 'All end-to-end tests pass',
    stepId: 'test',
  })
  script.tell('step.started', { stepId: 'e2e', name: 'End-to-end', parentStepId: 'test', kind: 'test' })
  for (let spec = 1; spec <= 30; spec++) {
    script.after(300 + ((spec * 71) % 300))
    script.tell('step.output', {
      stepId: 'e2e',
      stream: 'stdout',
      text: `${green('✓')} [chromium] › checkout/case-${spec}.spec.ts ${dim(`(${300 + spec * 11} ms)`)}\n`,
    })
  }
  script.after(200).tell('step.completed', { stepId: 'e2e', outcome: 'success', exitCode: 0 })
  script.after(20).tell('gate.passed', { gateId: 'e2e', decidedBy: 'playwright', reason: '214 of 214 tests passed' })
  script.after(20).tell('step.completed', { stepId: 'test', outcome: 'success' })
  script.after(80).tell('gate.started', {
    gateId: 'release',
    name: 'Release approval',
    kind: 'approval',
    rule: 'One maintainer approves',
  })
  script.after(9_000).tell('gate.passed', { gateId: 'release', decidedBy: 'mira@example.com', reason: 'Looks good' })
  script.after(50).tell('step.started', { stepId: 'rollout', name: 'Roll out' })
  for (let percent = 10; percent <= 100; percent += 10) {
    script
      .after(700)
      .tell('step.progress', { stepId: 'rollout', completed: percent, total: 100, message: `${percent}% of traffic` })
    script.tell('step.output', {
      stepId: 'rollout',
      stream: 'stdout',
      text: `\x1b[38;5;208mtraffic\x1b[0m ${percent}% → \x1b[38;2;120;160;255mv2026.11.20-2\x1b[0m\n`,
    })
  }
  script.after(120).tell('step.completed', { stepId: 'rollout', outcome: 'success', exitCode: 0 })
  script.after(30).tell('step.completed', { stepId: 'notify', outcome: 'skip' })
}
