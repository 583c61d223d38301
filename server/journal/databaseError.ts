/**
 * What a failed statement means for the one who sent it.
 * - duplicate: a unique key refused it; nothing happened
 * - unknown: the connection was lost or no answer came; it may have been committed
 * - passing: nothing happened and trying again may help (deadlock, restart, no disk, no connection to be had, a standby)
 * - broken: nothing happened and it will fail again
 */
export type DatabaseErrorKind = 'duplicate' | 'unknown' | 'passing' | 'broken'

/** PostgreSQL 18, appendix A. Classes: 40 rollback, 53 resources, 57 operator, 55P03 lock, 25006 read-only. */
const passing = /^(?:40|53|57014|57P03|55P03|25006)/
/** Class 08 is connections; with 57P01, 57P02 and 57P05 the backend was ended, perhaps after its commit. */
const unknown =
  /^(?:08|57P01|57P02|57P05|ANSWER_TIMEOUT|CONNECTION_|CONNECT_TIMEOUT|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)/

export function databaseErrorKind(error: unknown): DatabaseErrorKind {
  const code = codeOf(error)
  if (code === '23505') return 'duplicate'
  if (passing.test(code)) return 'passing'
  if (unknown.test(code)) return 'unknown'
  return 'broken'
}

/** Whether what failed like this is worth another try. */
export function mayPass(error: unknown): boolean {
  const kind = databaseErrorKind(error)
  return kind === 'unknown' || kind === 'passing'
}

/** SQLSTATE or the driver's code; never the message, which may quote content. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return String(error.code)
}

const reasons: Record<string, string> = {
  '53100': 'has no space left on its disk',
  '53300': 'has no connection left',
  '25006': 'takes no writes, as a standby does',
}

/** Why the database cannot serve just now, as the beginning of a sentence. */
export function describeAway(error: unknown): string {
  const code = codeOf(error)
  return `The database ${reasons[code] ?? 'is not answering'} (${code})`
}
