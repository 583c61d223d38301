import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { redactInputs } from '#domain/redaction/redactInputs.ts'
import { loadPolicies } from '#server/loadPolicies.ts'
import { testServices } from '#testing/services.ts'

function directoryWith(config?: string): string {
  const directory = mkdtempSync(join(testServices().runDirectory, 'policies-'))
  if (config !== undefined) writeFileSync(join(directory, 'waybill.config.ts'), config)
  return directory
}

const keepRef = (action: string) =>
  `export default { actions: { '${action}': { redactInputs: (inputs: { ref?: string }) => ({ ref: inputs.ref ?? '' }) } } }`

describe('loadPolicies', () => {
  it('knows the built-in ones where nobody adds any', async () => {
    expect([...(await loadPolicies([directoryWith()])).keys()]).toEqual(['trigger-github-workflow'])
  })

  it("adds the user's, typed or not, from each directory", async () => {
    const policies = await loadPolicies([directoryWith(keepRef('deploy')), directoryWith(keepRef('rollback'))])
    for (const action of ['deploy', 'rollback']) {
      expect(redactInputs(action, { ref: 'main', other: 'x' }, policies).inputs).toEqual({ ref: 'main' })
    }
  })

  it('lets a user replace a built-in one', async () => {
    const policies = await loadPolicies([directoryWith(keepRef('trigger-github-workflow'))])
    expect(redactInputs('trigger-github-workflow', { repo: 'a', ref: 'b' }, policies).inputs).toEqual({ ref: 'b' })
  })

  it('reads a directory once, however often it is named', async () => {
    const directory = directoryWith(keepRef('deploy'))
    expect((await loadPolicies([directory, `${directory}/`])).has('deploy')).toBe(true)
  })

  it.each([
    ['no default export', 'export const actions = {}', /default/],
    [
      'a policy that is no function',
      'export default { actions: { deploy: { redactInputs: true } } }',
      /actions\.deploy\.redactInputs/,
    ],
    ['a misspelt policy', 'export default { actions: { deploy: { redactInput: () => ({}) } } }', /actions\.deploy/],
    ['a syntax error', 'export default {', /cannot be loaded/],
    ['an error of its own', 'throw new Error("no such file")', /no such file/],
  ])('refuses a file with %s, naming it', async (_what, config, reason) => {
    const directory = directoryWith(config)
    const loading = loadPolicies([directory])
    await expect(loading).rejects.toMatchObject({ code: 'BAD_SETTING', message: expect.stringMatching(reason) })
    await expect(loading).rejects.toThrow(join(directory, 'waybill.config.ts'))
  })

  it('refuses two files that name one action', async () => {
    const loading = loadPolicies([directoryWith(keepRef('deploy')), directoryWith(keepRef('deploy'))])
    await expect(loading).rejects.toMatchObject({ code: 'BAD_SETTING', message: expect.stringContaining('"deploy"') })
  })
})
