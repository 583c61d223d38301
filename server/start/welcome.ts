import type { LocalKey } from '#server/auth/localKey.ts'
import { LOGIN_LINK_MINUTES } from '#server/auth/loginLinks.ts'
import type { ServerEnv } from '#server/env.ts'
import { isLostDatabase } from '#server/errors.ts'
import type { Services } from '#server/services.ts'

/** Where browsers and tools reach this server. */
export function publicAddress({ publicUrl, host, port }: ServerEnv): string {
  if (publicUrl !== undefined) return publicUrl
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

/** The last lines of the start: the address, a link that signs in once, and what else there is to know. */
export async function welcomeLines(services: Services, key: LocalKey, notes: readonly string[]): Promise<string[]> {
  const url = publicAddress(services.env)
  const link = await signInLine(services, key, url)
  return ['', `Waybill ${services.version} is ready at ${url}`, link, ...notes.map((note) => `Note: ${note}`), '']
}

async function signInLine({ auth }: Services, { login }: LocalKey, url: string): Promise<string> {
  const withKey = `Sign in at ${url}/login with an API key`
  if (login === null) return withKey
  try {
    // In the fragment: it is sent to no server, so it ends up in no log.
    return `Sign in, once and within ${LOGIN_LINK_MINUTES} minutes: ${url}/login#${await auth.createLoginToken(login)}`
  } catch (error) {
    if (!isLostDatabase(error)) throw error
    // The server serves already: the lack of a link is no reason to end it.
    return `${withKey}; there is no link, PostgreSQL went away just now`
  }
}
