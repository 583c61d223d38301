import type { Stage } from '#bench/stage.ts'
import { waitFor } from '#testing/waitFor.ts'

/** Waits until the server says that it has so many followers. */
export async function waitForFollowers({ server, key }: Stage, count: number): Promise<void> {
  await waitFor(async () => (await countFollowers(server.url, key)) === count)
}

async function countFollowers(url: string, key: string): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } })
  return Number(/^waybill_followers (\d+)$/m.exec(await response.text())?.[1])
}
