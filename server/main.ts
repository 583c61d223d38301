import { isWaybillError } from '#domain/errors.ts'
import { createProgress } from '#server/start/progress.ts'
import { prepareShutdown } from '#server/start/shutdown.ts'
import { start } from '#server/start/start.ts'

const progress = createProgress((text) => process.stdout.write(text))
const shutdown = prepareShutdown(progress.say)

try {
  await start({ isDevelopment: process.argv.includes('--dev'), progress, shutdown })
} catch (error) {
  // Asked to end in the middle of it, the start fails on what is closed under its feet: that is no news.
  if (!shutdown.hasBegun()) await fail(error)
}

async function fail(error: unknown): Promise<void> {
  // A refusal says what to do; where it was thrown helps nobody.
  const text = isWaybillError(error) ? error.message : error instanceof Error ? error.stack : String(error)
  process.stderr.write(`✗ ${text}\n`)
  await shutdown.opened.disposeAsync()
  process.exit(1)
}
