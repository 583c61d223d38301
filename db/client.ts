import type { Socket } from 'node:net'
import postgres, { type Sql } from 'postgres'
import { arrayTypes } from '#db/arrayTypes.ts'
import { openSocket, type Place } from '#db/openSocket.ts'
import { trimPool } from '#db/trimPool.ts'

export type Database = Sql

/** The role that may SELECT and EXECUTE but never touch the journal: made by migration 0001. */
export const APP_ROLE = 'waybill_app'

export type DatabaseOptions = {
  url: string
  /** connections, default 10 */
  max?: number
  /** milliseconds without a byte after which a connection is given up, default 65 s; longer than any statement may take */
  silenceMs?: number
  /** milliseconds after which what the driver keeps of statements that are over is dropped, see trimPool.ts; default 30 s */
  trimMs?: number
  /** called whenever a connection is gone, before another one is made: what answers next may have another past */
  onLost?(): void
}

const STATEMENT_MS = 60_000

/**
 * Opens the pool. Every connection works as APP_ROLE from its first statement on (a startup parameter, so there is no
 * moment before it), and finds the tables of schema waybill only.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const { url, max = 10, silenceMs = STATEMENT_MS + 5000, trimMs = 30_000, onLost } = options
  const sockets = new Set<Socket>()
  const connect = (place: Place) => {
    const socket = openSocket(place, silenceMs)
    sockets.add(socket)
    return socket
  }
  const sql = postgres(url, {
    max,
    connect_timeout: 5,
    // In the driver's manual, but not in its types.
    ...{ socket: connect },
    // seconds; the driver's own doubles up to 20 s, so a server that is back would wait longer than it was away
    backoff: () => 0.1,
    onnotice: () => {},
    onclose: () => onLost?.(),
    // bigint columns are seqs and counts: far below 2^53
    types: { ...arrayTypes, bigint: { to: 20, from: [20], serialize: String, parse: Number } },
    fetch_types: false,
    connection: {
      application_name: 'waybill',
      role: APP_ROLE,
      search_path: 'waybill',
      TimeZone: 'UTC',
      statement_timeout: STATEMENT_MS,
      idle_in_transaction_session_timeout: STATEMENT_MS,
    },
  }) as unknown as Sql

  let isTrimming = false
  const trimming = setInterval(async () => {
    // Not by their events: the driver removes all listeners when it goes over to TLS.
    for (const socket of sockets) if (socket.destroyed) sockets.delete(socket)
    if (isTrimming) return
    isTrimming = true
    await trimPool(sql, [...sockets].filter(({ connecting }) => !connecting).length)
    isTrimming = false
  }, trimMs)
  trimming.unref()
  const end: Sql['end'] = sql.end
  return Object.assign(sql, {
    end: (how?: { timeout?: number }) => {
      clearInterval(trimming)
      return end(how)
    },
  })
}
