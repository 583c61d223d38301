/** Parts of a key's name that mean a secret wherever they stand: `dbPasswordOld`, `X-API-Key`, `cookie_jar`. */
const anywhere = [
  'password',
  'passwd',
  'passphrase',
  'passcode',
  'secret',
  'authorization',
  'apikey',
  'accesskey',
  'privatekey',
  'signingkey',
  'encryptionkey',
  'sshkey',
  'connectionstring',
  'credential',
  'cookie',
  'bearer',
]

/** Too short to be looked for inside words (`author`, `bypass`): they count only as the last word of a key. */
const asLastWord = new Set(['pwd', 'pass', 'auth', 'jwt', 'otp'])

/**
 * True if a key names a secret, in any case or separator style: `API_KEY`, `apiKey`, `x-api-key`, `Api Key`.
 *
 * `token` needs the value to decide: `maxTokens: 4096` and `tokenCount: 12` are what AI jobs are full of, while
 * `token: 123456` is a secret even as a number.
 */
export function namesSecret(key: string, value: unknown): boolean {
  // Full-width letters and zero-width separators would otherwise hide a name that a reader sees as "password".
  const plain = key.normalize('NFKC')
  const letters = plain.toLowerCase().replace(/[^a-z0-9]/g, '')
  if (anywhere.some((word) => letters.includes(word))) return true
  if (letters.endsWith('token')) return true
  if (letters.includes('token') && !letters.includes('tokeniz')) return typeof value !== 'number'
  return asLastWord.has(lastWord(plain))
}

function lastWord(key: string): string {
  const words = key.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[^A-Za-z0-9]+/)
  return (words.findLast((word) => word !== '') ?? '').toLowerCase()
}
