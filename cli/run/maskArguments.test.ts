import { describe, expect, it } from 'vitest'
import { maskArguments } from '#cli/run/maskArguments.ts'

const S = 'hunter2-XYZ'

describe('maskArguments', () => {
  it.each([
    [['deploy', `--token=${S}`]],
    [['deploy', '--token', S]],
    [['mysql', `--password=${S}`, 'shop']],
    [['env', `API_KEY=${S}`, 'make']],
    [['curl', '-H', `Authorization: Bearer ${S}`, 'http://x']],
    [['git', 'clone', `https://me:${S}@host/repo.git`]],
    [['sh', '-c', `DB_PASSWORD='${S}' ./migrate --client-secret="${S}"`]],
    [['curl', `https://host/?access_token=${S}&page=2`]],
  ])('keeps the secret out of %j', (args) => {
    const masked = maskArguments(args)
    expect(JSON.stringify(masked)).not.toContain(S)
    expect(masked).toHaveLength(args.length)
    expect(masked[0]).toBe(args[0])
  })

  it('leaves what names no secret as it is', () => {
    const args = [
      'npm',
      'run',
      'build',
      '--max-tokens=5',
      '-p',
      'x=1',
      '--author',
      'me',
      '--password',
      '--quiet',
      'a: b',
    ]
    expect(maskArguments(args)).toEqual(args)
  })
})
