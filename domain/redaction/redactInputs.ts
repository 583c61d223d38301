import type { Redaction } from '#domain/events/envelope.ts'
import { applyPolicy } from '#domain/redaction/applyPolicy.ts'
import { builtInPolicies } from '#domain/redaction/builtInPolicies.ts'
import type { InputPolicies, Inputs } from '#domain/redaction/inputPolicy.ts'
import { jsonPointer } from '#domain/redaction/jsonPointer.ts'
import { redactSecretKeys } from '#domain/redaction/redactSecretKeys.ts'

/** Receipts name places in the payload of job.created, where inputs lie under this key. */
const UNDER = ['inputs']
/** Above this, one receipt a rule: those of thousands of keys would outgrow the payload they belong to. */
const MAX_RECEIPTS = 100

/**
 * What may be stored of a new job's inputs: first the action's policy, then the rule that no value stays under a key
 * that names a secret (also not one that a policy let through). Pure; the given inputs stay as they are.
 *
 * @returns the inputs to store and a receipt for each thing taken out, `path` as JSON Pointer from the payload's root
 */
export function redactInputs(
  action: string,
  inputs: Inputs,
  policies: InputPolicies = builtInPolicies,
): { inputs: Inputs; redactions: Redaction[] } {
  const policy = policies.get(action)
  const kept = policy === undefined ? { inputs, redactions: [] } : applyPolicy(action, inputs, policy, UNDER)
  const clean = redactSecretKeys(kept.inputs, UNDER)
  return { inputs: clean.inputs, redactions: bounded([...kept.redactions, ...clean.redactions]) }
}

function bounded(redactions: Redaction[]): Redaction[] {
  if (redactions.length <= MAX_RECEIPTS) return redactions
  const rules = new Set(redactions.map((redaction) => redaction.rule))
  return Array.from(rules, (rule) => ({ path: jsonPointer(UNDER), rule }))
}
