import { Redis } from 'ioredis'
import type { WindowRecord } from '#chaos/checker/evidence.ts'

/** Every window of this epoch as it is in Valkey now (design section 7: stream `waybill:<epoch>:{jobId}:window`). */
export async function readWindows(valkeyUrl: string, epoch: string): Promise<WindowRecord[]> {
  const valkey = new Redis(valkeyUrl, { maxRetriesPerRequest: 3, commandTimeout: 5000 })
  // Told to the command that waits; without a listener it would be told to the console too.
  valkey.on('error', () => {})
  try {
    const windows: WindowRecord[] = []
    for (const key of await valkey.keys(`waybill:${epoch}:{*}:window`)) {
      const jobId = /\{(.*)\}/.exec(key)?.[1] ?? ''
      windows.push({ jobId, entries: (await valkey.xrange(key, '-', '+')).map(readEntry) })
    }
    return windows
  } finally {
    valkey.disconnect()
  }
}

function readEntry([id, [, type = '', field, value = '']]: [
  id: string,
  fields: string[],
]): WindowRecord['entries'][number] {
  return { id, type, json: field === 'json' ? value : null }
}
