import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findNginx } from '#scripts/findNginx.ts'
import { freePort } from '#server/embedded/freePort.ts'
import { trackProcess } from '#testing/processesOf.ts'
import { testServices } from '#testing/services.ts'
import { waitFor } from '#testing/waitFor.ts'

export type TestNginx = AsyncDisposable & { url: string }

/** An nginx in front of a server, as its defaults are: responses buffered, HTTP/1.0 behind; and everything compressed. */
export async function startNginx(upstream: string): Promise<TestNginx> {
  const command = findNginx()
  if (command === undefined) throw new Error('The tests need nginx. Install it with: npx node scripts/provision.ts')
  const { runDirectory } = testServices()
  const directory = mkdtempSync(join(runDirectory, 'nginx-'))
  // As root its workers run as somebody else.
  chmodSync(directory, 0o755)
  const port = await freePort()
  const config = join(directory, 'nginx.conf')
  writeFileSync(config, configOf({ directory, port, upstream }))
  const child = spawn(command, ['-e', 'stderr', '-p', directory, '-c', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString()
  })
  await once(child, 'spawn')
  const untrack = trackProcess(runDirectory, child.pid ?? 0)
  const closed = once(child, 'close').then(untrack)
  const url = `http://127.0.0.1:${port}`
  await waitFor(async () => {
    if (child.exitCode !== null) throw new Error(`nginx did not start:\n${said}`)
    return (await fetch(`${url}/livez`).catch(() => null))?.ok === true
  })
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await closed
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function configOf({ directory, port, upstream }: { directory: string; port: number; upstream: string }): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(directory, name)};`,
  )
  return `
daemon off;
worker_processes 1;
pid ${join(directory, 'pid')};
events {}
http {
  access_log off;
  ${temporary.join('\n  ')}
  gzip on;
  gzip_proxied any;
  gzip_types *;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass ${upstream};
    }
  }
}
`
}
