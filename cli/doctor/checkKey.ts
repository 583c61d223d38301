import { askServer } from '#cli/doctor/askServer.ts'
import type { Finding } from '#cli/doctor/finding.ts'
import type { CliEnv } from '#cli/env.ts'
import { isWaybillError } from '#domain/errors.ts'

/** Is the key known, and what may it do? */
export async function checkKey(env: CliEnv): Promise<Finding[]> {
  if (env.key === undefined) return [{ state: 'wrong', text: 'There is no key', fix: env.keyProblem }]
  try {
    const session = await askServer(env, 'session.get')
    const { userId, orgName, scopes } = session
    const text = `The key is that of ${userId} in ${orgName}, with scopes ${scopes.join(', ')}`
    if (scopes.includes('emit') && scopes.includes('read')) return [{ state: 'well', text }]
    return [{ state: 'wrong', text, fix: 'Recording and following need a key with the scopes emit and read.' }]
  } catch (error) {
    if (!isWaybillError(error)) throw error
    const fix = 'Set WAYBILL_KEY to a valid key, or remove it to use the one in .waybill/key.'
    return [{ state: 'wrong', text: `The key is refused: ${error.message}`, fix }]
  }
}
