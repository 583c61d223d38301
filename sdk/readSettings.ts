import { WaybillError } from '#domain/errors.ts'
import { limits } from '#domain/events/limits.ts'
import type { ClientOptions } from '#sdk/createClient.ts'
import { sdkDefaults } from '#sdk/settings.ts'

/** The options with defaults for what is not given. @throws WaybillError BAD_SETTING */
export function readSettings(options: ClientOptions) {
  const { source, onRetry, requestMs = sdkDefaults.requestMs, silenceMs = sdkDefaults.silenceMs } = options
  const settings = {
    server: { url: readUrl(options.url), key: readKey(options.key), fetch: options.fetch ?? globalThis.fetch },
    source,
    onRetry,
    batch: { ...sdkDefaults.batch, ...options.batch },
    buffer: { ...sdkDefaults.buffer, ...options.buffer },
    retry: { ...sdkDefaults.retry, ...options.retry },
    requestMs,
    silenceMs,
  }
  const { batch, buffer, retry } = settings
  refuseNumber('batch.events', batch.events, { least: 1, most: limits.eventsPerRequest })
  refuseNumber('batch.bytes', batch.bytes, { least: 1, most: limits.bodyBytes })
  refuseNumber('batch.lingerMs', batch.lingerMs, { least: 0 })
  refuseNumber('buffer.events', buffer.events, { least: 1 })
  refuseNumber('buffer.bytes', buffer.bytes, { least: 1 })
  refuseNumber('retry.firstMs', retry.firstMs, { least: 1 })
  refuseNumber('retry.mostMs', retry.mostMs, { least: retry.firstMs })
  refuseNumber('retry.giveUpMs', retry.giveUpMs, { least: 0 })
  refuseNumber('requestMs', requestMs, { least: 1 })
  refuseNumber('silenceMs', silenceMs, { least: 1 })
  if (source !== undefined && (source === '' || source.length > limits.sourceCharacters)) {
    throw badSetting(`source has ${source.length} characters; it may have 1 to ${limits.sourceCharacters}`)
  }
  return settings
}

function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '') {
    throw badSetting('url must be the address of a Waybill server, like http://127.0.0.1:4100, without user or query')
  }
  return url.href.replace(/\/+$/, '')
}

/** Its text stays out of the message: it may be a key with one character too many. */
function readKey(key: string | undefined): string | undefined {
  if (key === undefined || /^[\x21-\x7e]+$/.test(key)) return key
  throw badSetting('key must be a Waybill key (wb_…), without spaces or line breaks')
}

function refuseNumber(name: string, value: number, { least, most }: { least: number; most?: number }): void {
  if (value >= least && value <= (most ?? Number.POSITIVE_INFINITY)) return
  const range = most === undefined ? `at least ${least}` : `from ${least} to ${most}`
  throw badSetting(`${name} is ${value}; it must be ${range}`)
}

function badSetting(what: string): WaybillError {
  return new WaybillError('BAD_SETTING', `createClient: ${what}.`)
}
