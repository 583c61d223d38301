import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** nginx, on PATH or where Debian puts it, which is on the administrator's PATH alone. */
export function findNginx(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/opt/homebrew/bin', '/usr/local/bin']
  return folders.map((folder) => join(folder, 'nginx')).find((path) => existsSync(path))
}
