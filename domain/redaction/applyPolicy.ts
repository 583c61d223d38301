import type { Redaction } from '#domain/events/envelope.ts'
import { canonicalJson } from '#domain/merkle/canonical.ts'
import type { InputPolicy, Inputs } from '#domain/redaction/inputPolicy.ts'
import { isJsonObject } from '#domain/redaction/isJsonObject.ts'
import { jsonPointer } from '#domain/redaction/jsonPointer.ts'

/** Lets an action's policy decide what is kept of its inputs, and compares to tell what it took. */
export function applyPolicy(
  action: string,
  inputs: Inputs,
  policy: InputPolicy,
  under: readonly string[],
): { inputs: Inputs; redactions: Redaction[] } {
  const kept = runPolicy(policy, inputs)
  // Never raw: a policy that fails knows of secrets in here that nobody else does.
  if (kept === null) return { inputs: {}, redactions: [{ path: jsonPointer(under), rule: 'policy-failed' }] }
  const rule = `policy:${action.slice(0, 100)}`
  const redactions = removedPaths(inputs, kept, under).map((path) => ({ path: jsonPointer(path), rule }))
  return { inputs: kept, redactions }
}

function runPolicy(policy: InputPolicy, inputs: Inputs): Inputs | null {
  try {
    const kept: unknown = policy(structuredClone(inputs))
    // A copy: what the policy keeps a hand on could change after it was judged.
    return isJsonObject(kept) ? structuredClone(kept) : null
  } catch {
    return null
  }
}

/** Where `inputs` says something that `kept` does not. */
function removedPaths(inputs: Inputs, kept: Inputs, under: readonly string[]): string[][] {
  const paths: string[][] = []
  for (const [key, value] of Object.entries(inputs)) {
    const path = [...under, key]
    const left = Object.hasOwn(kept, key) ? kept[key] : undefined
    if (isJsonObject(value) && isJsonObject(left)) paths.push(...removedPaths(value, left, path))
    else if (canonicalJson(value) !== canonicalJson(left)) paths.push(path)
  }
  return paths
}
