import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { freePort } from '#server/embedded/freePort.ts'
import { checkValkey } from '#server/live/checkValkey.ts'
import { startValkey, testValkeyUrl } from '#testing/valkey.ts'

/** Answers every command like a server of this kind. */
async function startOther(info: string): Promise<AsyncDisposable & { url: string }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      for (const command of bytes.toString().split(/(?=^\*\d+\r\n)/m)) {
        const isInfo = /\r\ninfo\r\n/i.test(command)
        socket.write(isInfo ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n')
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

describe('checkValkey', () => {
  it('passes Valkey 8 and tells its version', async () => {
    expect(await checkValkey(testValkeyUrl())).toEqual({ version: expect.stringMatching(/^\d+\.\d+\.\d+$/) })
  })

  it('lets one that is away be away, and says where', async () => {
    const port = await freePort()
    expect(await checkValkey(`redis://127.0.0.1:${port}`)).toEqual({
      unreachable: `Valkey does not answer at 127.0.0.1:${port} (ECONNREFUSED)`,
    })
  })

  it('says in a line what the driver makes of another program that listens there', async () => {
    const other = createServer((socket) => void socket.on('error', () => {}).write('SSH-2.0-OpenSSH_9.2\r\n'))
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const verdict = await checkValkey(`redis://127.0.0.1:${port}`)
    other.close()
    expect(verdict).toEqual({
      unreachable: expect.stringMatching(`^Valkey does not answer at 127.0.0.1:${port} \\(.*"S"\\)$`),
    })
  })

  it.each([
    ['redis_version:7.0.15\r\n', /Redis 7\.0\.15/],
    ['redis_version:7.2.4\r\nvalkey_version:7.2.8\r\n', /Valkey 7\.2\.8/],
  ])('refuses what says %j of itself', async (info, message) => {
    await using other = await startOther(info)
    await expect(checkValkey(other.url)).rejects.toMatchObject({
      code: 'VALKEY_UNSUITABLE',
      message: expect.stringMatching(message),
    })
  })

  it('asks for the right password', async () => {
    await using valkey = await startValkey()
    const client = new Redis(valkey.url)
    await client.config('SET', 'requirepass', 'secret-of-valkey')
    client.disconnect()
    for (const url of [valkey.url, valkey.url.replace('redis://', 'redis://:wrong@')]) {
      await expect(checkValkey(url)).rejects.toMatchObject({
        code: 'VALKEY_UNSUITABLE',
        message: expect.stringContaining('VALKEY_URL'),
      })
    }
    const right = valkey.url.replace('redis://', 'redis://:secret-of-valkey@')
    expect(await checkValkey(right)).toHaveProperty('version')
  })

  it('names an address that is none', async () => {
    await expect(checkValkey('http://127.0.0.1:6379')).rejects.toMatchObject({ code: 'BAD_SETTING' })
  })
})
