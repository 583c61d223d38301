/**
 * What testing/globalSetup.ts started, for the test processes it starts afterwards. Handed down in the environment, the
 * one channel that vitest's and Playwright's workers share.
 */
export type TestServices = {
  /** Everything of this run lies below it; removed at the end. */
  runDirectory: string
  /** The shared PostgreSQL, as its owner; names no database of a test. */
  postgresUrl: string
  /** A migrated database without connections, to be cloned. */
  templateDatabase: string
  /** The shared Valkey: use keys of your own. */
  valkeyUrl: string
}

const variable = 'WAYBILL_TEST_SERVICES'

export function publishServices(services: TestServices): void {
  process.env[variable] = JSON.stringify(services)
}

export function testServices(): TestServices {
  const text = process.env[variable]
  if (text === undefined)
    throw new Error(`${variable} is not set: run this through vitest's project "int" or Playwright`)
  return JSON.parse(text)
}
