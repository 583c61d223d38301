import { existsSync, statSync } from 'node:fs'
import { WaybillError } from '#domain/errors.ts'
import { runTool } from '#server/embedded/runTool.ts'
import type { RunAs } from '#server/embedded/spawnServer.ts'

/**
 * Whom the databases run as. PostgreSQL refuses to run as root, so root needs another user: the owner of the data if
 * there is some, else `waybill` or `postgres` if the machine has one, else a new system user `waybill`.
 * Undefined when we are not root. Throws DATA_DIR_UNUSABLE when there is none and none can be made.
 */
export async function findUnprivilegedUser(data: string): Promise<RunAs | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const owner = existsSync(data) ? await lookUp(String(statSync(data).uid)) : undefined
  if (owner !== undefined && owner.uid !== 0) return owner
  const known = (await lookUp('waybill')) ?? (await lookUp('postgres'))
  if (known !== undefined) return known
  const made = await runTool({
    command: 'useradd',
    args: ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'waybill'],
    cwd: '/',
    user: undefined,
  })
  const user = await lookUp('waybill')
  if (user !== undefined) return user
  throw new WaybillError(
    'DATA_DIR_UNUSABLE',
    `PostgreSQL refuses to run as root, and no other user could be made for it (${made.output}). Start Waybill as a normal user, or set DATABASE_URL`,
  )
}

/** `id` asks the machine's whole user database, not only /etc/passwd; PostgreSQL itself needs the user to be known. */
async function lookUp(nameOrUid: string): Promise<RunAs | undefined> {
  const ask = (flag: string) => runTool({ command: 'id', args: [flag, nameOrUid], cwd: '/', user: undefined })
  const [uid, gid, name] = await Promise.all([ask('-u'), ask('-g'), ask('-un')])
  if (!uid.ok || !gid.ok || !name.ok) return undefined
  return { name: name.output, uid: Number(uid.output), gid: Number(gid.output) }
}
