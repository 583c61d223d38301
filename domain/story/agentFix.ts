import { agentCalls } from '#domain/story/agentCalls.ts'
import type { Script } from '#domain/story/script.ts'

/** What the agent of the second attempt does: it reads, edits, runs the test in vain, edits again. */
export function agentFix(script: Script): void {
  const actor = { by: 'agent', source: 'agent/sdk' } as const
  script.after(80).tell('step.started', { stepId: 'fix', name: 'Agent: mend the failing test', kind: 'agent' }, actor)
  agentCalls.forEach((call, n) => {
    script.after(700 + ((n * 331) % 900))
    script.tell('ai.tool_called', { callId: `call-${n + 1}`, ...call, stepId: 'fix' }, actor)
    if (n % 3 === 2) {
      script.after(60).tell(
        'ai.tokens_used',
        {
          provider: 'anthropic',
          model: 'claude-sonnet-5',
          inputTokens: 18_400 + n * 2_100,
          outputTokens: 640 + n * 31,
          cacheReadInputTokens: 14_900 + n * 1_900,
          cacheCreationInputTokens: 1_200,
          reasoningOutputTokens: 210,
          cost: { amount: `0.0${310 + n * 7}`, currency: 'USD' },
          stepId: 'fix',
        },
        actor,
      )
    }
  })
  script.after(400).tell(
    'ai.artifact_created',
    {
      artifactId: 'patch',
      name: 'fix-saved-card.patch',
      mediaType: 'text/x-diff',
      bytes: 1_842,
      sha256: '9be0'.repeat(16),
      stepId: 'fix',
    },
    actor,
  )
  script.after(50).tell('step.completed', { stepId: 'fix', outcome: 'success' }, actor)
}
