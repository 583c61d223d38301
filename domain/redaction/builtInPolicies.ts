import { triggerGithubWorkflow } from '#domain/redaction/actions/triggerGithubWorkflow.ts'
import type { InputPolicies, InputPolicy } from '#domain/redaction/inputPolicy.ts'

/** Policies of the actions Waybill knows by itself. */
export const builtInPolicies: InputPolicies = new Map<string, InputPolicy>([
  ['trigger-github-workflow', triggerGithubWorkflow],
])
