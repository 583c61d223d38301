import { randomBytes } from 'node:crypto'
import { valkeyUser } from '#server/embedded/findValkeyServer.ts'
import { freePort } from '#server/embedded/freePort.ts'
import { type Kept, keepRunning } from '#server/embedded/keepRunning.ts'
import type { RunAs } from '#server/embedded/spawnServer.ts'
import { startValkey, stopLeftoverValkey, stopValkey } from '#server/embedded/startValkey.ts'

export type EmbeddedValkeyOptions = {
  command: string
  /** Holds the directory `valkey`. */
  place: string
  user: RunAs | undefined
  onProgress: (line: string) => void
}

/** The machine's own valkey-server as a child: loopback, random password, nothing on disk; started again when it dies. */
export async function startEmbeddedValkey(options: EmbeddedValkeyOptions): Promise<Kept & { url: string }> {
  const { command, place, onProgress } = options
  const user = await valkeyUser(command, options.user)
  const password = randomBytes(24).toString('base64url')
  const directory = `${place}/valkey`
  if (await stopLeftoverValkey(directory)) onProgress('Valkey: stopped one that a killed Waybill left running')
  const port = await freePort()
  const kept = await keepRunning({
    name: 'Valkey',
    start: () => startValkey({ command, directory, port, password, user }),
    stop: stopValkey,
    onProgress,
  })
  onProgress(`Valkey: running on 127.0.0.1:${port}`)
  return { ...kept, url: `redis://:${password}@127.0.0.1:${port}` }
}
