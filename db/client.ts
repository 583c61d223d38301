import postgres, { type Sql } from 'postgres'

export type Database = Sql

/** The role that may SELECT and EXECUTE but never touch the journal: made by migration 0001. */
export const APP_ROLE = 'waybill_app'

export type DatabaseOptions = {
  url: string
  /** connections, default 10 */
  max?: number
}

/**
 * Opens the pool. Every connection works as APP_ROLE from its first statement on (a startup parameter, so there is no
 * moment before it), and finds the tables of schema waybill only.
 */
export function openDatabase({ url, max = 10 }: DatabaseOptions): Database {
  return postgres(url, {
    max,
    connect_timeout: 5,
    onnotice: () => {},
    // bigint columns are seqs and counts: far below 2^53
    types: { bigint: { to: 20, from: [20], serialize: String, parse: Number } },
    connection: {
      application_name: 'waybill',
      role: APP_ROLE,
      search_path: 'waybill',
      TimeZone: 'UTC',
      statement_timeout: 60_000,
      idle_in_transaction_session_timeout: 60_000,
    },
  }) as unknown as Sql
}
