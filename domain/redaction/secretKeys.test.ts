import { describe, expect, it } from 'vitest'
import { namesSecret } from '#domain/redaction/secretKeys.ts'

describe('namesSecret', () => {
  it.each([
    ...['token', 'GITHUB_TOKEN', 'accessToken', 'x-auth-token', 'githubtoken', 'tokens', 'tokenValue'],
    ...['password', 'DB_PASSWORD_OLD', 'passwd', 'userPwd', 'db-pass', 'passphrase'],
    ...['secret', 'clientSecret', 'SECRETS', 'Authorization', 'proxy-authorization', 'basicAuth'],
    ...['api key', 'apiKey', 'API_KEY', 'api.key', 'ApIkEy', 'private_key', 'sshPrivateKey', 'AWS_ACCESS_KEY_ID'],
    ...['cookie', 'Set-Cookie', 'credentials', 'jwt', 'ｐａｓｓｗｏｒｄ', 'pass\u200bword'],
  ])('knows %s as the name of a secret', (key) => {
    expect(namesSecret(key, 'value')).toBe(true)
  })

  it.each([
    'repo',
    'branch',
    'author',
    'keyboard',
    'monkey',
    'bypass',
    'compass',
    'authority',
    'sessionId',
    'tokenizer',
  ])('leaves %s alone', (key) => {
    expect(namesSecret(key, 'value')).toBe(false)
  })

  it('takes counts of tokens for what they are, and a number called token for a secret', () => {
    expect(namesSecret('maxTokens', 4096)).toBe(false)
    expect(namesSecret('token_count', 12)).toBe(false)
    expect(namesSecret('token', 123456)).toBe(true)
    expect(namesSecret('pinPassword', 1234)).toBe(true)
  })
})
