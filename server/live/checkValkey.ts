import type { Redis } from 'ioredis'
import { WaybillError } from '#domain/errors.ts'
import { connectForCommands, parseValkeyUrl } from '#server/live/valkeyClient.ts'

const OLDEST_MAJOR = 8
const PATIENCE_MS = 3000

export type ValkeyVerdict = { version: string } | { unreachable: string }

/**
 * Looks at a Valkey before it is used. One that is away is no reason not to start: it only makes things faster. One
 * that answers and is not what it should be is a mistake to be told at once.
 *
 * @throws WaybillError VALKEY_UNSUITABLE (another program, older than 8, wrong password), BAD_SETTING (no address)
 */
export async function checkValkey(url: string): Promise<ValkeyVerdict> {
  const address = parseValkeyUrl(url)
  const client = connectForCommands(address)
  // Its errors come with the answers below; without a listener one would end the process.
  let lastError: unknown
  client.on('error', (error) => {
    lastError = error
  })
  const where = address.urls.map((one) => new URL(one).host).join(', ')
  try {
    const isReady = await becomesReady(client as Redis)
    if (!isReady && refusesUs(lastError)) {
      throw unsuitable(
        where,
        'refuses the password',
        'put the right one in VALKEY_URL: redis://:password@host:port',
        lastError,
      )
    }
    if (!isReady) return { unreachable: `Valkey does not answer at ${where} (${reasonOf(lastError)})` }
    return { version: versionOf(String(await client.call('INFO', 'server')), where) }
  } catch (error) {
    if (!refusesUs(error)) throw error
    throw unsuitable(where, 'wants a password', 'put it in VALKEY_URL: redis://:password@host:port', error)
  } finally {
    client.disconnect()
  }
}

function becomesReady(client: Redis): Promise<boolean> {
  return new Promise((resolve) => {
    const slow = setTimeout(() => resolve(false), PATIENCE_MS)
    const settle = (isReady: boolean) => {
      clearTimeout(slow)
      resolve(isReady)
    }
    client.once('ready', () => settle(true))
    client.once('error', () => settle(false))
  })
}

function versionOf(info: string, where: string): string {
  const version = /^valkey_version:(\S+)/m.exec(info)?.[1]
  if (version === undefined) {
    const redis = /^redis_version:(\S+)/m.exec(info)?.[1] ?? '?'
    throw unsuitable(where, `is Redis ${redis}`, `point VALKEY_URL at Valkey ${OLDEST_MAJOR} or newer, or leave it out`)
  }
  if (Number.parseInt(version, 10) < OLDEST_MAJOR) {
    throw unsuitable(where, `is Valkey ${version}`, `upgrade it to ${OLDEST_MAJOR} or newer, or leave VALKEY_URL out`)
  }
  return version
}

function unsuitable(where: string, what: string, fix: string, cause?: unknown): WaybillError {
  return new WaybillError('VALKEY_UNSUITABLE', `What answers at ${where} ${what}: ${fix}`, { cause })
}

function refusesUs(error: unknown): boolean {
  // Valkey's error replies begin with a code word; there is no other place for it.
  return error instanceof Error && /^(NOAUTH|WRONGPASS|NOPERM|ERR AUTH)\b/.test(error.message)
}

/** Why Valkey cannot be used just now, in one line: the stacks of its errors are all of the driver's inside. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer'
  if ('code' in error) return String(error.code)
  // Also what the driver says of bytes that are none of Valkey's: another program listens there.
  return error.message.split(/\.?[\n]|\. /, 1)[0] ?? 'no answer'
}
