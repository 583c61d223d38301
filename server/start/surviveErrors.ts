import type { Logger } from '#server/logger.ts'

const driverFrame = /node_modules[/\\](postgres|ioredis)[/\\]/
const socketCodes = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE'])

/**
 * What happens with errors that nobody caught. A driver that trips over a socket which is just going away (postgres.js
 * can, on a null socket) has lost one connection, and the pool opens another. After anything else this process may be
 * in a state that nobody has thought of, and is better ended in order.
 */
export function surviveErrors(log: Logger, onFatal: () => void): void {
  // Whoever read the log is gone (a terminal, `| head`): the error would be logged, which is the same error again, for ever.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  process.on('unhandledRejection', (reason) => log.error('a promise was rejected and nobody looked', {}, reason))
  process.on('uncaughtException', (error) => {
    if (isFromConnection(error)) return log.error('a connection failed outside of any request', {}, error)
    log.error('an error was caught by nobody; stopping', {}, error)
    onFatal()
  })
}

function isFromConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return socketCodes.has(code) || driverFrame.test(error.stack ?? '')
}
