import { WaybillError } from '#domain/errors.ts'
import type { BufferSettings } from '#sdk/settings.ts'

export function clientClosed(): WaybillError {
  return new WaybillError('UNAVAILABLE', 'The client is closed; emit before close(), or make another client.')
}

export function bufferFull({ events, bytes }: BufferSettings): WaybillError {
  return new WaybillError(
    'BUFFER_FULL',
    `The buffer is full (${events} events or ${bytes} bytes wait for the server); emit later, or raise buffer.events and buffer.bytes.`,
    { details: { events, bytes } },
  )
}

/** What a flush has to tell when nobody else was told. */
export function eventsRefused({ first, count }: { first: WaybillError; count: number }): WaybillError {
  const message = count === 1 ? first.message : `${first.message} (the first of ${count} refused events)`
  return new WaybillError(first.code, message, { details: { ...first.details, refused: count }, cause: first })
}
