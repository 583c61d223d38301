import { hostname } from 'node:os'
import type { CliEnv } from '#cli/env.ts'
import { WaybillError } from '#domain/errors.ts'
import { type Client, type ClientOptions, createClient } from '#sdk/createClient.ts'

/**
 * The client that commands talk through. Gives up after a few seconds: a person who waits for an answer wants to hear
 * that there is none.
 *
 * @throws WaybillError UNAUTHENTICATED if there is no key
 */
export function connect(env: CliEnv, options: Partial<ClientOptions> = {}): Client {
  return createClient({
    url: env.url,
    key: requireKey(env),
    source: sourceName(),
    retry: { giveUpMs: 5000 },
    ...options,
  })
}

/** Runs a command with a client of its own, closed after it. Not `await using`: Node 20 cannot read that. */
export async function withClient<T>(
  env: CliEnv,
  use: (client: Client) => Promise<T>,
  options: Partial<ClientOptions> = {},
): Promise<T> {
  const client = connect(env, options)
  try {
    return await use(client)
  } finally {
    await client.close()
  }
}

export function requireKey(env: CliEnv): string {
  if (env.key !== undefined) return env.key
  throw new WaybillError('UNAUTHENTICATED', env.keyProblem)
}

/** Where events come from. */
export function sourceName(): string {
  return `waybill-cli@${hostname()}`.slice(0, 200)
}
