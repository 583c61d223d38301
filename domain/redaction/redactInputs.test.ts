import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '#domain/events/fields.ts'
import type { InputPolicies, InputPolicy, Inputs } from '#domain/redaction/inputPolicy.ts'
import { redactInputs } from '#domain/redaction/redactInputs.ts'

const secret = 's3cr3t-value-that-must-not-stay'
const jsonArbitrary = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>

function policies(policy: InputPolicy): InputPolicies {
  return new Map([['deploy', policy]])
}

describe('redactInputs', () => {
  it('keeps only repo and branch of trigger-github-workflow and names what it dropped', () => {
    const inputs = { repo: 'octo/site', branch: 'main', token: secret, workflow_inputs: { note: secret } }
    expect(redactInputs('trigger-github-workflow', inputs)).toEqual({
      inputs: { repo: 'octo/site', branch: 'main' },
      redactions: [
        { path: '/inputs/token', rule: 'policy:trigger-github-workflow' },
        { path: '/inputs/workflow_inputs', rule: 'policy:trigger-github-workflow' },
      ],
    })
  })

  it('replaces values under keys that name secrets, at any depth, and leaves a receipt for each', () => {
    const inputs = { env: [{ 'X-API-Key': secret, region: 'eu' }], 'a/b~c': { db_password: { deep: secret } } }
    expect(redactInputs('deploy', inputs)).toEqual({
      inputs: {
        env: [{ 'X-API-Key': '[redacted:secret-key]', region: 'eu' }],
        'a/b~c': { db_password: '[redacted:secret-key]' },
      },
      redactions: [
        { path: '/inputs/env/0/X-API-Key', rule: 'secret-key' },
        { path: '/inputs/a~1b~0c/db_password', rule: 'secret-key' },
      ],
    })
  })

  it('stores nothing of the inputs when the policy throws', () => {
    const failing = policies(() => {
      throw new Error(secret)
    })
    expect(redactInputs('deploy', { note: secret }, failing)).toEqual({
      inputs: {},
      redactions: [{ path: '/inputs', rule: 'policy-failed' }],
    })
  })

  it.each<[string, unknown]>([
    ['a promise', Promise.resolve({ note: secret })],
    ['nothing', undefined],
    ['an array', [secret]],
    ['a date inside', { at: new Date(0) }],
    ['a number that JSON cannot hold', { n: Number.NaN }],
    ['a cycle', cycle()],
  ])('stores nothing of the inputs when the policy returns %s', (_what, returned) => {
    const { inputs, redactions } = redactInputs(
      'deploy',
      { note: secret },
      policies(() => returned as Inputs),
    )
    expect(inputs).toEqual({})
    expect(redactions).toEqual([{ path: '/inputs', rule: 'policy-failed' }])
  })

  it('does not let a policy change the given inputs, nor what was stored afterwards', () => {
    let held: Inputs = {}
    const meddling = policies((inputs) => {
      delete inputs.keep
      held = inputs
      return inputs
    })
    const given = { keep: 1, other: { deep: 2 } }
    const { inputs } = redactInputs('deploy', given, meddling)
    held.other = 'changed later'
    expect(given).toEqual({ keep: 1, other: { deep: 2 } })
    expect(inputs).toEqual({ other: { deep: 2 } })
  })

  it('redacts secret keys also of what a policy let through', () => {
    const { inputs } = redactInputs(
      'deploy',
      { token: secret },
      policies((all) => all),
    )
    expect(inputs).toEqual({ token: '[redacted:secret-key]' })
  })

  it('names the changed part of a nested value, not its neighbours', () => {
    const shorten = policies(() => ({ git: { ref: 'main', sha: '[removed]' } }))
    expect(redactInputs('deploy', { git: { ref: 'main', sha: secret } }, shorten).redactions).toEqual([
      { path: '/inputs/git/sha', rule: 'policy:deploy' },
    ])
  })

  it('leaves one receipt a rule when thousands of keys were redacted', () => {
    const inputs = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`password${index}`, secret]))
    expect(redactInputs('deploy', inputs).redactions).toEqual([{ path: '/inputs', rule: 'secret-key' }])
  })

  it('never keeps a value under a secret key, wherever it is put and however the key is written', () => {
    const secretKey = fc
      .tuple(
        fc.constantFrom(['api', 'key'], ['password'], ['auth', 'token'], ['client', 'secret'], ['private', 'key']),
        fc.constantFrom('', '_', '-', '.', ' '),
        fc.constantFrom('lower', 'UPPER', 'Capital'),
        fc.constantFrom('', 'my', 'GITHUB_', 'x-'),
      )
      .map(([words, separator, style, prefix]) => prefix + words.map((word) => styled(word, style)).join(separator))
    fc.assert(
      fc.property(secretKey, jsonArbitrary, fc.array(fc.constantFrom('list', 'object')), (key, other, wraps) => {
        const innermost: Json = { [key]: `${secret}`, other }
        const wrapped = wraps.reduce<Json>((value, wrap) => (wrap === 'list' ? [value] : { inner: value }), innermost)
        const { inputs, redactions } = redactInputs('any', { wrapped })
        expect(JSON.stringify(inputs)).not.toContain(secret)
        expect(redactions.some((redaction) => redaction.rule === 'secret-key')).toBe(true)
      }),
    )
  })

  it('changes nothing, and says so, where no key names a secret', () => {
    const harmless = fc.dictionary(fc.constantFrom('repo', 'branch', 'maxRetries', 'author', 'keyboard'), jsonArbitrary)
    fc.assert(
      fc.property(harmless, (inputs) => {
        fc.pre(!/pass|token|secret|key"|auth|jwt|otp|pwd|cookie/i.test(JSON.stringify(inputs)))
        expect(redactInputs('any', inputs)).toEqual({ inputs, redactions: [] })
      }),
    )
  })
})

function styled(word: string, style: string): string {
  if (style === 'UPPER') return word.toUpperCase()
  return style === 'Capital' ? word.charAt(0).toUpperCase() + word.slice(1) : word
}

function cycle(): unknown {
  const self: Record<string, unknown> = {}
  self.self = self
  return self
}
