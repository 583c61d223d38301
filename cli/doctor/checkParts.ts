import { askServer } from '#cli/doctor/askServer.ts'
import type { Finding } from '#cli/doctor/finding.ts'
import type { CliEnv } from '#cli/env.ts'
import { isWaybillError } from '#domain/errors.ts'

/** How the server and its databases are, as it says itself; only an admin key may ask. */
export async function checkParts(env: CliEnv): Promise<Finding[]> {
  try {
    const { server, postgres, valkey } = await askServer(env, 'doctor.report')
    return [
      { state: 'well', text: `Waybill ${server.version} on Node ${server.node}, up for ${server.uptimeSeconds} s` },
      {
        state: 'well',
        text: `PostgreSQL ${postgres.version}, database ${postgres.database}, ${Math.ceil(postgres.sizeBytes / 1e6)} MB`,
      },
      valkeyFinding(valkey.state),
    ]
  } catch (error) {
    if (!isWaybillError(error)) throw error
    if (error.code === 'FORBIDDEN')
      return [{ state: 'note', text: 'The databases were not checked: this key is no admin key' }]
    return [
      {
        state: 'wrong',
        text: `The server cannot say how it is: ${error.message}`,
        fix: "Look at the server's output.",
      },
    ]
  }
}

function valkeyFinding(state: 'up' | 'down' | 'off'): Finding {
  switch (state) {
    case 'up':
      return { state: 'well', text: 'Valkey is up' }
    case 'off':
      return {
        state: 'note',
        text: 'Valkey is not used: recording and following work, from PostgreSQL alone',
        fix: 'For more speed install valkey-server, or set VALKEY_URL where the server runs, and start it again.',
      }
    case 'down':
      return {
        state: 'wrong',
        text: 'Valkey cannot be reached: recording and following go on, from PostgreSQL alone',
        fix: 'Start it again, or correct VALKEY_URL where the server runs.',
      }
  }
}
