import { pino } from 'pino'
import { isWaybillError } from '#domain/errors.ts'
import type { LogLevel } from '#server/env.ts'

/** Flat facts alone: an object would one day be a payload. Times in milliseconds, sizes in bytes, said in the name. */
export type Facts = { [name: string]: string | number | boolean | null | undefined }

export type Logger = {
  debug(message: string, facts?: Facts): void
  info(message: string, facts?: Facts): void
  warn(message: string, facts?: Facts, error?: unknown): void
  error(message: string, facts?: Facts, error?: unknown): void
  /** A logger whose lines carry these facts too. */
  with(facts: Facts): Logger
}

export type LoggerOptions = {
  level: LogLevel
  /** Takes whole lines of JSON; default: standard error, so that standard output stays the start's own. */
  write?: (line: string) => void
}

/** Lines of JSON without payloads, keys, passwords or SQL parameters, whatever errors carry them. */
export function createLogger({ level, write = (line) => process.stderr.write(line) }: LoggerOptions): Logger {
  const log = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line) => write(hide(line)) },
  )
  return wrap(log)
}

function wrap(log: pino.Logger): Logger {
  return {
    debug: (message, facts) => log.debug({ ...facts }, message),
    info: (message, facts) => log.info({ ...facts }, message),
    warn: (message, facts, error) => log.warn({ ...facts, ...asFacts(error) }, message),
    error: (message, facts, error) => log.error({ ...facts, ...asFacts(error) }, message),
    with: (facts) => wrap(log.child(facts)),
  }
}

function asFacts(error: unknown): { error?: object } {
  return error === undefined ? {} : { error: describeError(error) }
}

/**
 * What of an error may be written down. A database error's message, detail and query hold the values it was given, a
 * JSON syntax error's message holds the text it was given: of those only names and codes are kept.
 */
export function describeError(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { name: typeof error }
  const known = error as Error & Record<string, unknown>
  const facts = Object.fromEntries(
    ['code', 'syscall', 'severity', 'routine', 'schema_name', 'table_name', 'constraint_name']
      .map((name) => [name, known[name]])
      .filter(([, value]) => typeof value === 'string'),
  )
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return {
    name: error.name,
    ...(carriesValues(known) ? {} : { message: error.message }),
    ...facts,
    // The stack of a refusal says nothing that its code does not; a surprise needs it.
    ...(isWaybillError(error) ? {} : { stack: frames.map((line) => line.trim()).slice(0, 12) }),
    ...(error.cause !== undefined && depth < 3 && { cause: describeError(error.cause, depth + 1) }),
  }
}

function carriesValues(error: Error & Record<string, unknown>): boolean {
  const fromDatabase = 'severity' in error || 'query' in error || 'params' in error
  return fromDatabase || error instanceof SyntaxError || error.name === 'ZodError'
}

/** The last line of defence, for keys and passwords inside a text somebody else composed. */
function hide(line: string): string {
  return line
    .replace(/\b(wb_[0-9A-Za-z]+_)[0-9A-Za-z_-]+/g, '$1[redacted]')
    .replace(/(\/\/[^\s/:@"]*):[^\s/@"]+@/g, '$1:[redacted]@')
}
