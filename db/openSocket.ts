import { Socket } from 'node:net'

/** The part of the driver's options that says where the server is. */
export type Place = { host: string[]; port: number[]; path?: string | false }

/**
 * Connects to the first of the driver's places. A connection over which nothing has come or gone for `silenceMs`, at most
 * twice that, is destroyed: one that swallows everything looks healthy for a quarter of an hour, and a pool full of them
 * serves nobody.
 */
export function openSocket({ host: [host = ''], port: [port = 0], path }: Place, silenceMs: number): Socket {
  const socket = new Socket()
  destroyWhenSilent(socket, silenceMs)
  if (path) return socket.connect(path)
  // The driver reads the name from here when it checks a certificate.
  Object.assign(socket, { host, port })
  return socket.connect(port, host)
}

/** Not by the socket's own time-out: the driver removes all listeners when it goes over to TLS. */
function destroyWhenSilent(socket: Socket, silenceMs: number): void {
  let before = 0
  const watch = setInterval(() => {
    if (socket.destroyed) return clearInterval(watch)
    const moved = socket.bytesRead + socket.bytesWritten
    if (moved === before) socket.destroy()
    before = moved
  }, silenceMs)
  watch.unref()
}
